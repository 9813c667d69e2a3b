import { accessSync, constants, renameSync, rmSync, writeFileSync } from "node:fs";
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

/**
 * All of the text, or the file as it was: for one that has something in it that is not to be lost.
 *
 * @throws {IpcError} FILE_UNWRITABLE
 */
export function replaceFile(path: string, text: string): void {
  const beside = `${path}.${process.pid}`;
  try {
    attempt(path, () => {
      writeFileSync(beside, text, { flag: "wx" });
      renameSync(beside, path);
    });
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

function attempt(path: string, action: () => void): void {
  try {
    action();
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

export function unwritable(path: string, cause: unknown): IpcError {
  return new IpcError(
    "FILE_UNWRITABLE",
    `cannot write ${path}: ${(cause as Error).message}`,
    "name a file in a folder that exists, has room, and that you may write to",
    { cause },
  );
}
