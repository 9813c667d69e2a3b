import { createHash, type Hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { PIECE_BYTES } from "./limits.ts";

/**
 * SHA-256 of the first `bytes` bytes of an open file, read in pieces, and not finished, so that what is
 * written behind them can be added.
 *
 * @param onRead Called after each piece, with how far it is.
 */
export async function digestOf(
  handle: FileHandle,
  bytes: number,
  onRead?: (bytes: number) => void,
): Promise<Hash> {
  const hash = createHash("sha256");
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  for (let at = 0; at < bytes; ) {
    const { bytesRead } = await handle.read(piece, 0, Math.min(PIECE_BYTES, bytes - at), at);
    if (bytesRead === 0) break;
    hash.update(piece.subarray(0, bytesRead));
    at += bytesRead;
    onRead?.(at);
  }
  return hash;
}
