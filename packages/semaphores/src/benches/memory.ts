import { openSync } from "node:fs";
import { check, ftruncate, memfdCreate, mmap } from "@ipc-playground/libc";

const BYTES = 4096;
/** Int32s between two words that both sides write: further apart than a cache line and its neighbour. */
export const APART = 32;

/** A page of memory as two descriptors, one for each side: each is closed on its own. */
export function openPage(): { a: number; b: number } {
  const fd = check(memfdCreate("bench"), { syscall: "memfd_create", doing: "make memory for two sides" });
  check(ftruncate(fd, BYTES), { syscall: "ftruncate", doing: "make room in it" });
  return { a: fd, b: openSync(`/proc/self/fd/${fd}`, "r+") };
}

export function mapPage(fd: number): Int32Array {
  const mapping = mmap(fd, BYTES);
  if (typeof mapping !== "number") return new Int32Array(mapping.buffer);
  check(mapping, { syscall: "mmap", doing: "map the memory of both sides" });
  return new Int32Array();
}
