import { SI_QUEUE } from "@ipc-playground/libc";

/** A signal as it came in. */
export interface ReceivedSignal {
  /** Its number; `signalName` has its name. */
  signal: number;
  /** What was sent along, a 32-bit signed integer; 0 for a signal of kill(2), which carries nothing. */
  value: number;
  /** Who sent it. 0 for the kernel. */
  senderPid: number;
  /** The real user id of the sender. */
  senderUid: number;
  /** Whether it came with a value: sigqueue(3). */
  queued: boolean;
  /** The id of the thread that ran the handler; the main thread's is the pid. */
  thread: number;
}

/** `struct record` of native/receiver.c, in bytes. */
export const RECORD_BYTES = 32;

/** @internal */
export function decodeRecord(bytes: Buffer, offset: number): ReceivedSignal {
  return {
    signal: bytes.readInt32LE(offset),
    value: bytes.readInt32LE(offset + 8),
    senderPid: bytes.readInt32LE(offset + 12),
    senderUid: bytes.readUInt32LE(offset + 16),
    queued: bytes.readInt32LE(offset + 4) === SI_QUEUE,
    thread: bytes.readInt32LE(offset + 20),
  };
}
