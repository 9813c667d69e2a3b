import { closeSync, openSync } from "node:fs";
import { resourceLimit } from "@ipc-playground/libc";

/**
 * Whether this process can open so many more descriptors. The kernel gives out the lowest free number, so
 * one look at the next number tells; gaps below it only make it more. open(2), getrlimit(2): RLIMIT_NOFILE
 */
export function canOpen(descriptors: number): boolean {
  try {
    const next = openSync("/dev/null", "r");
    closeSync(next);
    return next + descriptors <= resourceLimit("openFiles").soft;
  } catch {
    return false;
  }
}
