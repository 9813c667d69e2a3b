import { spawnSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { IpcError } from "@ipc-playground/contract";

const SOURCES = fileURLToPath(new URL("../../yardstick/", import.meta.url));
const CACHE = fileURLToPath(new URL("../../.yardstick/", import.meta.url));
const FLAGS = ["-O2", "-std=gnu11"];

/** A yardstick's program; or why there is none, which is no error: everything else still runs. */
export type Compiled = { kind: "ready"; program: string } | { kind: "absent"; reason: string };

export interface CompileOptions {
  /** Default: `$CC`, or `cc`. */
  compiler?: string | undefined;
  /** Where NAME.c, yardstick.h and other headers are. Default: this package's own. */
  sources?: string | undefined;
}

/**
 * Compile `yardstick/NAME.c`, once for each version of its source.
 *
 * @throws {IpcError} COMPILE_FAILED: there is a compiler, and it refused.
 * @throws {IpcError} FILE_UNWRITABLE: there is no place for the program.
 */
export function compileYardstick(name: string, options: CompileOptions = {}): Compiled {
  const { compiler = process.env.CC || "cc", sources = SOURCES } = options;
  const source = join(sources, `${name}.c`);
  const hash = createHash("sha256").update([compiler, process.arch, ...FLAGS].join("\0"));
  const headers = readdirSync(sources).filter((file) => file.endsWith(".h"));
  for (const file of [source, ...headers.sort().map((file) => join(sources, file))])
    hash.update(readFileSync(file));
  const file = `${name}-${hash.digest("hex").slice(0, 16)}`;
  const directory = cacheDirectory();
  const program = join(directory, file);
  if (existsSync(program)) return { kind: "ready", program };

  // Under another name first: a second bench that runs now must not see half a program.
  const unfinished = join(directory, `.${file}-${randomUUID()}`);
  const cc = spawnSync(compiler, [...FLAGS, "-o", unfinished, source], { encoding: "utf8" });
  // 127: a stand-in that only says where the compiler could be got.
  if (cc.error || cc.status === 127) return { kind: "absent", reason: "no C compiler" };
  if (cc.status !== 0) {
    rmSync(unfinished, { force: true });
    throw new IpcError(
      "COMPILE_FAILED",
      `${compiler} refused ${name}.c:\n${cc.stderr.trimEnd()}`,
      "mend the yardstick, or check that the C library's headers are installed",
    );
  }
  renameSync(unfinished, program);
  return { kind: "ready", program };
}

/** Beside this package, or where that is read-only, this user's own directory in the temporary one. */
function cacheDirectory(): string {
  const candidates = [CACHE, join(tmpdir(), `ipc-playground-yardstick-${userInfo().uid}`)];
  for (const directory of candidates) {
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      accessSync(directory, constants.W_OK);
      return directory;
    } catch {
      // Not writable here: the next candidate may be.
    }
  }
  throw new IpcError(
    "FILE_UNWRITABLE",
    `neither ${candidates.join(" nor ")} can be written`,
    "the compiled yardstick needs one of them; set TMPDIR to a directory of yours",
  );
}
