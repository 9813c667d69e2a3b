import { accessSync, constants, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { IpcError } from "@ipc-playground/contract";

/** A path as the user meant it: `pnpm` runs scripts in the project's folder and says where it was called. */
export function userPath(path: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path);
}

/**
 * Fail before the work is done rather than after it.
 *
 * @throws {IpcError} FILE_UNWRITABLE
 */
export function assertWritable(path: string): void {
  attempt(path, () => accessSync(dirname(path), constants.W_OK));
}

/** @throws {IpcError} FILE_UNWRITABLE */
export function writeFile(path: string, text: string): void {
  attempt(path, () => writeFileSync(path, text));
}

function attempt(path: string, action: () => void): void {
  try {
    action();
  } catch (cause) {
    throw new IpcError(
      "FILE_UNWRITABLE",
      `cannot write ${path}: ${(cause as Error).message}`,
      "name a file in a folder that exists, has room, and that you may write to",
      { cause },
    );
  }
}
