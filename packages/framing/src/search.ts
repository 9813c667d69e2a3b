/** Where `part` first stands in `bytes` from `from` on and before `end`, or -1. */
export function indexOfBytes(bytes: Uint8Array, part: Uint8Array, from = 0, end = bytes.length): number {
  const first = part[0] as number;
  const lastStart = end - part.length;
  for (let at = bytes.indexOf(first, from); at >= 0 && at <= lastStart; at = bytes.indexOf(first, at + 1)) {
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
