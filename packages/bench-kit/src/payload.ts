import { IpcError } from "@ipc-playground/contract";

/**
 * How messages are written and checked. The first bytes are the sequence number, little-endian,
 * where there is room for it. The C yardsticks do the same work, byte for byte (yardstick.h).
 */
export interface Payload {
  /** Write every byte of `message`. */
  fill(message: Uint8Array, sequence: number): void;
  /** @throws {IpcError} BENCH_ROW_FAILED: a byte is not what was sent. */
  verify(message: Uint8Array, sequence: number): void;
}

/** Bytes of the sequence number. A message that is no longer than this has none. */
const HEADER_BYTES = 4;

function writeSequence(message: Uint8Array, sequence: number): void {
  message[0] = sequence;
  message[1] = sequence >>> 8;
  message[2] = sequence >>> 16;
  message[3] = sequence >>> 24;
}

/** The number that a message says it is; it must have room for one. */
export function sequenceOf(message: Uint8Array): number {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0] = [message[0], message[1], message[2], message[3]];
  return (b0 | (b1 << 8) | (b2 << 16) | (b3 << 24)) >>> 0;
}

/** Where the pattern begins. */
function checkSequence(message: Uint8Array, sequence: number): number {
  if (message.length <= HEADER_BYTES) return 0;
  const got = sequenceOf(message);
  if (got !== sequence) throw wrong(`message ${sequence} was expected and message ${got} came`);
  return HEADER_BYTES;
}

function checkByte(message: Uint8Array, index: number, expected: number, sequence: number): void {
  if (message[index] !== expected) {
    throw wrong(`byte ${index} of message ${sequence} is ${message[index]} and was sent as ${expected}`);
  }
}

function wrong(fact: string): IpcError {
  return new IpcError("BENCH_ROW_FAILED", fact, "the mechanism or its bench.ts loses or mixes up bytes");
}

// Not Buffer's own fill, which looks for an encoding first: a third slower for 64 bytes.
const { fill } = Uint8Array.prototype;

/**
 * For the timed run: one value in the whole message, as fast as memory takes it; checked are the
 * sequence number, the last byte, and one byte whose place moves on with each message.
 */
export const SAMPLED: Payload = {
  fill(message, sequence) {
    fill.call(message, sequence & 0xff);
    if (message.length > HEADER_BYTES) writeSequence(message, sequence);
  },
  verify(message, sequence) {
    const start = checkSequence(message, sequence);
    const { length } = message;
    if (length === 0) return;
    checkByte(message, start + (sequence % (length - start)), sequence & 0xff, sequence);
    checkByte(message, length - 1, sequence & 0xff, sequence);
  },
};

/** For the gate before it: a pattern in which every position differs, checked in full. */
export const COMPLETE: Payload = {
  fill(message, sequence) {
    for (let i = 0; i < message.length; i++) message[i] = gateByte(sequence, i);
    if (message.length > HEADER_BYTES) writeSequence(message, sequence);
  },
  verify(message, sequence) {
    for (let i = checkSequence(message, sequence); i < message.length; i++) {
      checkByte(message, i, gateByte(sequence, i), sequence);
    }
  },
};

function gateByte(sequence: number, index: number): number {
  return (sequence * 31 + index * 7 + (index >> 8)) & 0xff;
}
