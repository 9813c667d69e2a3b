import { IpcError } from "@ipc-playground/contract";

/** The longest frame unless an option says otherwise, in bytes. A peer can make us keep no more than that. */
export const DEFAULT_MAX_BYTES = 1_048_576;

/** The longest line unless an option says otherwise, in bytes without its end. */
export const DEFAULT_MAX_LINE_BYTES = 65_536;

/** @throws {IpcError} BAD_ARGUMENT: not a whole number within these bounds. */
export function wholeNumber(name: string, value: number, least: number, most: number): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw new IpcError(
    "BAD_ARGUMENT",
    `\`${name}\` cannot be ${value}`,
    `give a whole number from ${least} to ${most}`,
  );
}
