import { check, ERRNO, recv } from "@ipc-playground/libc";

/** Bytes that are read at once. */
export const CHUNK_BYTES = 4_096;

export type Read = { kind: "data"; bytes: Uint8Array } | { kind: "nothing" } | { kind: "end" };

/**
 * Read a chunk from a non-blocking socket: `data`, at most {@link CHUNK_BYTES} of it; `nothing`, where
 * there is nothing now (EAGAIN); `end`, where nothing will ever come any more.
 */
export function readSome(fd: number): Read {
  const bytes = new Uint8Array(CHUNK_BYTES);
  const result = recv(fd, bytes);
  if (result === -(ERRNO.EAGAIN as number)) return { kind: "nothing" };
  check(result, { syscall: "recv", doing: `read fd ${fd}` });
  return result === 0 ? { kind: "end" } : { kind: "data", bytes: bytes.subarray(0, result) };
}
