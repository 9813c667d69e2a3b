import { existsSync, rmSync, writeFileSync } from "node:fs";
import { IpcError } from "@ipc-playground/contract";
import { assertWritable, unwritable } from "../files.ts";

/**
 * Find out before measuring what could not be saved after it.
 *
 * @throws {IpcError} FILE_EXISTS, FILE_UNWRITABLE
 */
export function assertNew(path: string): void {
  if (existsSync(path)) throw inTheWay(path);
  assertWritable(path);
}

/**
 * All of the text or no file.
 *
 * @throws {IpcError} FILE_EXISTS: something came in the way meanwhile.
 * @throws {IpcError} FILE_UNWRITABLE: the disk is full, the folder is gone.
 */
export function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: "wx" });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") throw inTheWay(path);
    rmSync(path, { force: true });
    throw unwritable(path, cause);
  }
}

function inTheWay(path: string): IpcError {
  return new IpcError(
    "FILE_EXISTS",
    `${path} exists, and results are never overwritten`,
    "choose another name, or remove it",
  );
}
