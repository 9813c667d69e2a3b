/** So few bytes are faster looked at, or copied, one by one than by a call of the engine's. */
export const FEW_BYTES = 16;

/** Where a byte first stands in `bytes` from `from` on and before `end`, or -1. */
export function indexOfByte(bytes: Uint8Array, byte: number, from: number, end: number): number {
  if (end - from <= FEW_BYTES) {
    for (let at = from; at < end; at++) if (bytes[at] === byte) return at;
    return -1;
  }
  const at = bytes.indexOf(byte, from);
  return at < end ? at : -1;
}

/** Where a byte last stands in `bytes` from `from` on and before `end`, or -1. */
export function lastIndexOfByte(bytes: Uint8Array, byte: number, from: number, end: number): number {
  if (end - from <= FEW_BYTES) {
    for (let at = end - 1; at >= from; at--) if (bytes[at] === byte) return at;
    return -1;
  }
  const at = bytes.lastIndexOf(byte, end - 1);
  return at >= from ? at : -1;
}

/** Where `part` first stands in `bytes` from `from` on and before `end`, or -1. */
export function indexOfBytes(bytes: Uint8Array, part: Uint8Array, from = 0, end = bytes.length): number {
  const first = part[0] as number;
  const startsEnd = end - part.length + 1;
  for (let at = from; at < startsEnd; at++) {
    at = indexOfByte(bytes, first, at, startsEnd);
    if (at < 0) return -1;
    if (sameBytes(bytes, at + 1, part, 1, part.length - 1)) return at;
  }
  return -1;
}

/** Whether `count` bytes of the one from `at` on are those of the other from `partAt` on. */
export function sameBytes(
  bytes: Uint8Array,
  at: number,
  part: Uint8Array,
  partAt: number,
  count: number,
): boolean {
  for (let i = 0; i < count; i++) if (bytes[at + i] !== part[partAt + i]) return false;
  return true;
}
