import { IpcError } from "@ipc-playground/contract";

/**
 * In front of each part: the sender (4 bytes), its message's number (4), the part's index (4), how many
 * parts there are (4); little-endian. Both kinds of queue keep a message whole, so nothing else is needed.
 */
export const FRAGMENT_HEADER_BYTES = 16;

/** Which message a part belongs to: no two senders share a number, no two messages of a sender either. */
export interface FragmentId {
  /** The sender, for example its pid. */
  sender: number;
  message: number;
}

/**
 * Cut a message into parts of at most `partBytes` bytes each, header included. An empty message is one part.
 *
 * @throws {IpcError} BAD_ARGUMENT: no room beside the header.
 */
export function splitMessage(bytes: Uint8Array, partBytes: number, id: FragmentId): Uint8Array[] {
  const room = partBytes - FRAGMENT_HEADER_BYTES;
  if (!(room >= 1)) {
    throw new IpcError(
      "BAD_ARGUMENT",
      `a part of ${partBytes} bytes has no room beside its header`,
      `let parts have more than ${FRAGMENT_HEADER_BYTES} bytes`,
    );
  }
  const count = Math.max(1, Math.ceil(bytes.length / room));
  return Array.from({ length: count }, (_, index) => {
    const text = bytes.subarray(index * room, (index + 1) * room);
    const part = new Uint8Array(FRAGMENT_HEADER_BYTES + text.length);
    const header = new DataView(part.buffer);
    for (const [i, field] of [id.sender, id.message, index, count].entries())
      header.setUint32(i * 4, field, true);
    part.set(text, FRAGMENT_HEADER_BYTES);
    return part;
  });
}

/** `incomplete`: so many parts of this message are still to come. */
export type Accepted =
  | ({ readonly kind: "message"; readonly bytes: Uint8Array } & FragmentId)
  | ({ readonly kind: "incomplete"; readonly partsMissing: number } & FragmentId);

/** A message of which some parts never came. */
export interface Lost extends FragmentId {
  partsHave: number;
  partsDue: number;
}

export interface AssemblerOptions {
  /** How long the parts of a message may keep it waiting, from the last part that came, in milliseconds. */
  patienceMs: number;
  /** Bytes of unfinished messages that are kept at most. Default: 16 MiB. */
  keepBytes?: number;
}

interface Unfinished {
  id: FragmentId;
  parts: (Uint8Array | undefined)[];
  have: number;
  bytes: number;
  lastCameAt: number;
}

/** Puts messages together again from parts that come in any order and from many senders. Pure: the caller says what time it is. */
export class Assembler {
  readonly #patienceMs: number;
  readonly #keepBytes: number;
  readonly #unfinished = new Map<string, Unfinished>();
  #kept = 0;

  constructor(options: AssemblerOptions) {
    this.#patienceMs = options.patienceMs;
    this.#keepBytes = options.keepBytes ?? 16 << 20;
  }

  /**
   * Take one part in. A part that came before is ignored.
   *
   * @param now Milliseconds on any clock that does not go back.
   * @throws {IpcError} BAD_FRAGMENT: it is no part of anything; what is there already stays.
   */
  accept(part: Uint8Array, now: number): Accepted {
    const { id, index, count, text } = headerOf(part);
    const key = `${id.sender} ${id.message}`;
    const entry = this.#unfinished.get(key) ?? {
      id,
      parts: new Array<Uint8Array | undefined>(count),
      have: 0,
      bytes: 0,
      lastCameAt: now,
    };
    if (entry.parts.length !== count)
      throw noFragment(`it says ${count} parts where another said ${entry.parts.length}`);
    if (entry.parts[index] === undefined) {
      if (this.#kept + text.length > this.#keepBytes) {
        throw noFragment(
          `unfinished messages hold ${this.#kept} bytes already, and ${this.#keepBytes} is the most`,
        );
      }
      entry.parts[index] = text.slice();
      entry.have++;
      entry.bytes += text.length;
      this.#kept += text.length;
    }
    entry.lastCameAt = now;
    if (entry.have < count) {
      this.#unfinished.set(key, entry);
      return { kind: "incomplete", ...id, partsMissing: count - entry.have };
    }
    this.#forget(key, entry);
    return { kind: "message", ...id, bytes: Buffer.concat(entry.parts as Uint8Array[]) };
  }

  /** Give up the messages whose parts have kept it waiting too long, and say which. */
  dropLate(now: number): Lost[] {
    const late = [...this.#unfinished].filter(([, { lastCameAt }]) => now - lastCameAt >= this.#patienceMs);
    for (const [key, entry] of late) this.#forget(key, entry);
    return late.map(([, { id, have, parts }]) => ({ ...id, partsHave: have, partsDue: parts.length }));
  }

  #forget(key: string, entry: Unfinished): void {
    this.#unfinished.delete(key);
    this.#kept -= entry.bytes;
  }
}

/** More parts than this no message has here: 2^20 parts of a byte each are a megabyte. */
const MOST_PARTS = 1 << 20;

function headerOf(part: Uint8Array) {
  if (part.length < FRAGMENT_HEADER_BYTES)
    throw noFragment(`it has ${part.length} bytes, and its header alone would have ${FRAGMENT_HEADER_BYTES}`);
  const view = new DataView(part.buffer, part.byteOffset, FRAGMENT_HEADER_BYTES);
  const [sender, message, index, count] = [0, 4, 8, 12].map((at) => view.getUint32(at, true)) as [
    number,
    number,
    number,
    number,
  ];
  if (count === 0 || count > MOST_PARTS || index >= count)
    throw noFragment(`it says it is part ${index} of ${count}, counted from 0`);
  return { id: { sender, message }, index, count, text: part.subarray(FRAGMENT_HEADER_BYTES) };
}

function noFragment(why: string): IpcError {
  return new IpcError(
    "BAD_FRAGMENT",
    `what came is no part of a longer message: ${why}`,
    "let only senders that use splitMessage() write to this queue",
  );
}
