import { existsSync, writeFileSync } from "node:fs";
import { IpcError } from "@ipc-playground/contract";
import { assertWritable } from "../files.ts";

/**
 * Find out before measuring what could not be saved after it.
 *
 * @throws {IpcError} FILE_EXISTS, FILE_UNWRITABLE
 */
export function assertNew(path: string): void {
  if (existsSync(path)) throw inTheWay(path);
  assertWritable(path);
}

/** @throws {IpcError} FILE_EXISTS: something came in the way meanwhile. */
export function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: "wx" });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "EEXIST" ? inTheWay(path) : error;
  }
}

function inTheWay(path: string): IpcError {
  return new IpcError(
    "FILE_EXISTS",
    `${path} exists, and results are never overwritten`,
    "choose another name, or remove it",
  );
}
