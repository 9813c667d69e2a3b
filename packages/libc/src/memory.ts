import koffi from "koffi";

/** Memory outside JavaScript's own, with a buffer that shows it. */
export interface MappedMemory {
  /** Where it lies in this process. In another process the same memory lies elsewhere. */
  readonly address: bigint;
  /** The memory itself, not a copy. Atomics work on it, except `Atomics.wait` and `notify`: use a futex. */
  readonly buffer: ArrayBuffer;
}

/** Show `bytes` bytes at an address as a buffer. Nothing keeps the memory: {@link detach} before it goes. */
export function showMemory(address: bigint, bytes: number): MappedMemory {
  return { address, buffer: koffi.view(address, bytes) as ArrayBuffer };
}

/** Memory that a native addon shows as a buffer: where does it lie? */
export function locateMemory(buffer: ArrayBuffer): MappedMemory {
  return { address: koffi.address(new Uint8Array(buffer)) as bigint, buffer };
}

/**
 * Take the buffer away from every view over it: their length is 0 from now on, so a late read gives
 * `undefined`, and a late Atomics call throws, where the bare address would have ended the process.
 */
export function detach(buffer: ArrayBuffer): void {
  if (buffer.byteLength === 0) return;
  const { transfer } = buffer as { transfer?: () => ArrayBuffer };
  if (transfer !== undefined) {
    transfer.call(buffer);
    return;
  }
  // Node 20 has no ArrayBuffer.prototype.transfer, and structuredClone copies a buffer that a native
  // addon made instead of moving it. A byte stream takes over the buffer of whatever is put into it.
  let stream: ReadableByteStreamController | undefined;
  new ReadableStream({
    type: "bytes",
    start(controller) {
      stream = controller;
    },
  });
  stream?.enqueue(new Uint8Array(buffer));
}

/** Where the bytes of a view lie. They stay there only as long as something here refers to the view. */
export function addressOf(view: Uint8Array): bigint {
  return koffi.address(view) as bigint;
}
