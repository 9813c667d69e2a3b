import { createRequire } from "node:module";
import { isMainThread } from "node:worker_threads";
import { IpcError } from "@ipc-playground/contract";

/** What `shm-typed-array` exports, as far as it is used here. `null`: exists already, or does not exist. */
export interface ShmTypedArray {
  create(count: number, type: "Uint8Array", key: number | string, mode: string): Uint8Array | null;
  get(key: number | string, type: "Uint8Array"): Uint8Array | null;
}

/**
 * Load the native package `shm-typed-array`. It is an optional dependency: installing goes on without it
 * where there is no compiler, so it is loaded here, when somebody needs it, and not before.
 *
 * @throws {IpcError} NATIVE_PACKAGE_MISSING: it was not built on this machine, or does not load.
 */
export function loadShmTypedArray(): unknown {
  try {
    const loaded = createRequire(import.meta.url)("shm-typed-array");
    silence();
    return loaded;
  } catch (cause) {
    throw new IpcError(
      "NATIVE_PACKAGE_MISSING",
      "the native package shm-typed-array was not built on this machine",
      "install a C++ compiler, make and python3 (`pnpm lab doctor` names the packages), then run `pnpm rebuild shm-typed-array`",
      { cause },
    );
  }
}

/**
 * The package, where it can be used: on the main thread.
 *
 * @throws {IpcError} NATIVE_PACKAGE_MISSING, NATIVE_PACKAGE_UNUSABLE
 */
export function usableShmTypedArray(): ShmTypedArray {
  if (isMainThread) return loadShmTypedArray() as ShmTypedArray;
  throw new IpcError(
    "NATIVE_PACKAGE_UNUSABLE",
    "the native package shm-typed-array cannot be used in a worker thread",
    "use it on the main thread, or the libc driver, which works in both",
  );
}

/** At exit the package prints how many segments it destroyed: to stdout, which is not its own. */
function silence(): void {
  for (const listener of process.listeners("exit"))
    if (String(listener).includes("shm segments destroyed")) process.removeListener("exit", listener);
}
