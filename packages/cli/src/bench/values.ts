import { IpcError } from "@ipc-playground/contract";
import { unknownName } from "../nearest.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1024, m: 1024 * 1024 };

/** More than this in one message measures memory, not a mechanism. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/**
 * `100,64k,1M` as bytes, without repetitions; k is 1024.
 *
 * @throws {IpcError} BAD_USAGE
 */
export function parseSizes(text: string, of = "a message"): number[] {
  return [...new Set(text.split(",").map((one) => parseSize(one, of)))];
}

function parseSize(text: string, of: string): number {
  const [, digits = "", unit = ""] = /^(\d+)([km]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  const bytes = digits === "" ? Number.NaN : Number(digits) * (UNITS[unit.toLowerCase()] ?? Number.NaN);
  if (bytes >= 1 && bytes <= MAX_MESSAGE_BYTES) return bytes;
  throw new IpcError(
    "BAD_USAGE",
    `"${text}" is no size for ${of}`,
    "give whole numbers of bytes from 1 to 64M, for example --size 100,64k,1M",
  );
}

/** @throws {IpcError} BAD_USAGE */
export function parseWholeNumber(flag: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new IpcError(
      "BAD_USAGE",
      `"${text}" is no value for ${flag}`,
      `give a whole number from ${least} to ${most}`,
    );
  };
}

/**
 * `1,8,200` as numbers, without repetitions.
 *
 * @throws {IpcError} BAD_USAGE
 */
export function parseCounts(flag: string, least: number, most: number): (text: string) => number[] {
  const parse = parseWholeNumber(flag, least, most);
  return (text) => [...new Set(text.split(",").map((one) => parse(one.trim())))];
}

/**
 * `blocking,event-loop` as values of a list.
 *
 * @throws {IpcError} UNKNOWN_NAME: suggests the nearest.
 */
export function parseNames<T extends string>(kind: string, known: readonly T[]): (text: string) => T[] {
  return (text) =>
    [...new Set(text.split(","))].map((name) => {
      const found = known.find((one) => one === name.trim());
      if (found === undefined) throw unknownName(kind, name, known);
      return found;
    });
}
