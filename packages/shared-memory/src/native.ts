import { createRequire } from "node:module";
import { IpcError } from "@ipc-playground/contract";

/**
 * Load the native package `shm-typed-array`. It is an optional dependency: installing goes on without it
 * where there is no compiler, so it is loaded here, when somebody needs it, and not before.
 *
 * @throws {IpcError} NATIVE_PACKAGE_MISSING: it was not built on this machine, or does not load.
 */
export function loadShmTypedArray(): unknown {
  try {
    return createRequire(import.meta.url)("shm-typed-array");
  } catch (cause) {
    throw new IpcError(
      "NATIVE_PACKAGE_MISSING",
      "the native package shm-typed-array was not built on this machine",
      "install a C++ compiler, make and python3 (`pnpm lab doctor` names the packages), then run `pnpm rebuild shm-typed-array`",
      { cause },
    );
  }
}
