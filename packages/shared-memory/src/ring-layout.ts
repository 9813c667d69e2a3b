import { IpcError } from "@ipc-playground/contract";
import type { SharedMemory } from "./memory.ts";
import { Seat } from "./seat.ts";

/*
 * What lies where in a ring's memory, in bytes:
 *
 *      0  magic, version, capacity
 *    128  tail      how far the writer has published      } positions: they only ever grow, and start
 *    256  head      how far the reader has released       } again at 0 after 2^32; + CLOSED at the end
 *    384  the reader sleeps, or is about to
 *    512  the writer sleeps, or is about to
 *    640  who the writer is
 *    768  who the reader is
 *   1024  frames: 4 bytes of length, then so many bytes, then up to 3 to the next multiple of 4
 *
 * Everything that one side writes and the other reads all the time has 128 bytes to itself: two cache
 * lines, because processors fetch lines in pairs. On one line, each would take it away from the other
 * with every message (the demo `false-sharing`).
 */
const MAGIC = 0x676e6952; // "Ring", little-endian
const VERSION = 1;
const AT = { tail: 128, head: 256, readerSleeps: 384, writerSleeps: 512, writer: 640, reader: 768 };

export const RING_HEADER_BYTES = 1024;
export const FRAME_HEADER_BYTES = 4;
/** Smallest and largest room for frames, in bytes. The largest keeps differences of positions in an Int32. */
export const RING_CAPACITY = { least: 64, most: 2 ** 30 } as const;

/** A length that says: nothing here, go on at the beginning. */
export const SKIP = -1;

/**
 * Added to a position by whoever closes its end: positions are multiples of 4. So closing is a change of
 * the very word that the other side waits for, and its news cannot be lost either.
 */
export const CLOSED = 1;

/** Bytes that a frame takes up. */
export function frameBytes(length: number): number {
  return (FRAME_HEADER_BYTES + length + 3) & ~3;
}

/** Longest frame of a ring: what fits wherever the last one ended, so that it cannot be stuck for ever. */
export function maxFrameBytes(capacity: number): number {
  return capacity / 2 - FRAME_HEADER_BYTES;
}

export interface RingLayout {
  readonly name: string;
  readonly capacity: number;
  /** Each a view of length 1: what a futex needs. */
  readonly tail: Int32Array;
  readonly head: Int32Array;
  readonly readerSleeps: Int32Array;
  readonly writerSleeps: Int32Array;
  readonly writer: Seat;
  readonly reader: Seat;
  /** The frames, as bytes and as words. */
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}

/**
 * Lay a ring out in memory that nobody uses yet: as large a one as fits, in a power of two. Returns
 * its capacity in bytes.
 *
 * @throws {IpcError} MEMORY_FOREIGN: too short for a ring.
 */
export function createRing(memory: SharedMemory): number {
  const room = memory.bytes - RING_HEADER_BYTES;
  if (room < RING_CAPACITY.least) {
    throw foreign(memory, `has ${memory.bytes} bytes, too few for a ring`, "make it larger");
  }
  const capacity = Math.min(2 ** Math.floor(Math.log2(room)), RING_CAPACITY.most);
  const header = memory.view(Int32Array, 0, RING_HEADER_BYTES / 4);
  header.fill(0);
  header[1] = VERSION;
  header[2] = capacity;
  // Last, by Atomics: whoever sees the magic number sees all that was written before it.
  Atomics.store(header, 0, MAGIC);
  return capacity;
}

/** @throws {IpcError} MEMORY_FOREIGN: there is no ring in it. */
export function ringLayout(memory: SharedMemory): RingLayout {
  if (memory.bytes < RING_HEADER_BYTES) {
    throw foreign(memory, `has ${memory.bytes} bytes, too few for a ring`, "open the right memory");
  }
  const header = memory.view(Int32Array, 0, 3);
  if (Atomics.load(header, 0) !== MAGIC) {
    throw foreign(memory, "holds no ring", "call createRing() first, or open the right memory");
  }
  const [, version, capacity = 0] = header;
  if (version !== VERSION) {
    throw foreign(memory, `holds a ring of version ${version}, not ${VERSION}`, "build both sides alike");
  }
  const whole = (capacity & (capacity - 1)) === 0 && capacity >= RING_CAPACITY.least;
  if (!whole || RING_HEADER_BYTES + capacity > memory.bytes) {
    throw foreign(memory, `has no room for the ${capacity} bytes that its ring claims`, "make it anew");
  }
  const word = (at: number) => memory.view(Int32Array, at, 1);
  return {
    name: memory.name,
    capacity,
    tail: word(AT.tail),
    head: word(AT.head),
    readerSleeps: word(AT.readerSleeps),
    writerSleeps: word(AT.writerSleeps),
    writer: new Seat(memory, AT.writer, "writer"),
    reader: new Seat(memory, AT.reader, "reader"),
    bytes: memory.view(Uint8Array, RING_HEADER_BYTES, capacity),
    words: memory.view(Int32Array, RING_HEADER_BYTES, capacity / 4),
  };
}

/** Bytes between two positions, if a ring could have them: the other side's word is never taken for it. */
export function checkedDistance({ capacity, name }: RingLayout, from: number, to: number): number {
  const distance = (to - from) | 0;
  if (distance >= 0 && distance <= capacity && (distance & 3) === 0) return distance;
  throw corrupted(name, `positions ${from} and ${to} are no ${capacity} bytes apart`);
}

export function corrupted(name: string, what: string): IpcError {
  return new IpcError(
    "MEMORY_FOREIGN",
    `the ring in ${name} is damaged: ${what}`,
    "somebody else writes into this memory; make the ring anew",
  );
}

function foreign({ name }: SharedMemory, what: string, nextStep: string): IpcError {
  return new IpcError("MEMORY_FOREIGN", `${name} ${what}`, nextStep);
}
