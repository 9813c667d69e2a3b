import { readFileSync } from "node:fs";
import { IpcError } from "@ipc-playground/contract";
import { userPath } from "../files.ts";

/** The text of a file that the command line names. @throws {IpcError} FILE_UNREADABLE */
export function textOf(file: string): string {
  try {
    return readFileSync(userPath(file), "utf8");
  } catch (cause) {
    throw new IpcError("FILE_UNREADABLE", `${file} cannot be read`, "check the path, and who may read it", {
      cause,
    });
  }
}

/** A password is in a file or in the environment: what is on a command line, everybody on the machine can read. */
export function passwordFrom(file: string | undefined): string | undefined {
  if (file !== undefined) return textOf(file).replace(/\r?\n$/, "");
  return process.env.CHAT_PASSWORD || undefined;
}
