import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { IpcError } from "@ipc-playground/contract";
import { type Library, loadLibrary } from "@ipc-playground/libc";

/** Where the build puts what it compiles: dist/native. */
const FOLDER = new URL("./native/", import.meta.url);
const BUILD = fileURLToPath(new URL("../native/build.mjs", import.meta.url));

/** What was compiled from `native/NAME.c`; or why there is none. */
export type Native =
  | { readonly kind: "ready"; readonly path: string }
  | { readonly kind: "absent"; readonly reason: string };

/** Whether the C part was compiled on this machine. */
export function findNative(name: "receiver" | "handlers", folder: URL = FOLDER): Native {
  const path = fileURLToPath(new URL(`${name}.so`, folder));
  if (existsSync(path)) return { kind: "ready", path };
  return {
    kind: "absent",
    reason: `needs a C compiler: install one (apt install gcc libc6-dev), then run node ${BUILD}`,
  };
}

/**
 * Load it into this process.
 *
 * @throws {IpcError} NO_COMPILER: it was not compiled, because there was no compiler.
 */
export function loadNative(name: "receiver" | "handlers", folder: URL = FOLDER): Library {
  const native = findNative(name, folder);
  if (native.kind === "ready") return loadLibrary(native.path);
  throw new IpcError(
    "NO_COMPILER",
    `${name}.c was not compiled when this package was built`,
    `install a C compiler (apt install gcc libc6-dev), then run node ${BUILD}`,
  );
}
