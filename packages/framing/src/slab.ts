/** What a small piece that is kept holds in memory at most. */
const SLAB_BYTES = 8_192;
/** Longer pieces get memory of their own. In bytes. */
const LONGEST_CARVED_BYTES = SLAB_BYTES / 2;

let slab = new ArrayBuffer(SLAB_BYTES);
let used = 0;

/**
 * New bytes for one frame. Small ones come out of a common slab: a typed array
 * with memory of its own costs several times as much as a view.
 */
export function carve(bytes: number): Uint8Array {
  if (bytes > LONGEST_CARVED_BYTES) return new Uint8Array(bytes);
  if (used + bytes > SLAB_BYTES) {
    slab = new ArrayBuffer(SLAB_BYTES);
    used = 0;
  }
  const piece = new Uint8Array(slab, used, bytes);
  used += bytes;
  return piece;
}

/** The same bytes, in memory that nobody else writes to. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  const copy = carve(bytes.length);
  copy.set(bytes);
  return copy;
}
