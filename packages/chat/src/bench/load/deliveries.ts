import type { IpcError } from "@ipc-playground/contract";
import { failed } from "../failed.ts";
import type { NumberedLines } from "./numbered-lines.ts";
import type { Slowest } from "./slowest.ts";

const LINE_END = 0x0a;
/** What the server itself says begins like this: somebody joined, somebody left. */
const STAR = 0x2a;

/**
 * The one stream of messages that everybody must get. Every byte that comes is compared with the one that is due:
 * nothing can be lost, doubled, or out of order and go unseen.
 */
export class Deliveries {
  readonly #slowest: Slowest;
  /** A ring of the messages that may be under way. */
  readonly #due: NumberedLines;
  /** Where in the ring each receiver's next byte is due. */
  readonly #places: Int32Array;
  /** 1: in the middle of a line of the server's own. */
  readonly #inNotice: Uint8Array;

  constructor(slowest: Slowest, due: NumberedLines) {
    this.#slowest = slowest;
    this.#due = due;
    this.#places = new Int32Array(slowest.receivers);
    this.#inNotice = new Uint8Array(slowest.receivers);
  }

  /** A line of the server's own has begun already. */
  beginInNotice(receiver: number): void {
    this.#inNotice[receiver] = 1;
  }

  /**
   * The first `count` bytes of `chunk` came to this receiver.
   *
   * @throws {IpcError} BENCH_ROW_FAILED: they are not what was due.
   */
  take(receiver: number, chunk: Buffer, count: number): void {
    if (this.#inNotice[receiver] === 0 && this.#isDue(receiver, chunk, 0, count)) {
      this.#advance(receiver, count);
    } else this.#takeByLines(receiver, chunk, count);
  }

  #isDue(receiver: number, chunk: Buffer, from: number, to: number): boolean {
    const { bytes } = this.#due;
    const place = this.#places[receiver] as number;
    const untilEnd = bytes.length - place;
    if (to - from <= untilEnd) return bytes.compare(chunk, from, to, place, place + to - from) === 0;
    const rest = to - from - untilEnd;
    return (
      rest <= bytes.length &&
      bytes.compare(chunk, from, from + untilEnd, place, bytes.length) === 0 &&
      bytes.compare(chunk, from + untilEnd, to, 0, rest) === 0
    );
  }

  #advance(receiver: number, count: number): void {
    const { lineBytes, bytes } = this.#due;
    const before = this.#places[receiver] as number;
    const after = before + count;
    this.#places[receiver] = after % bytes.length;
    const messages = Math.floor(after / lineBytes) - Math.floor(before / lineBytes);
    if (messages > 0) this.#slowest.advance(receiver, messages);
  }

  /** The slow way, for chunks with lines of the server's own in them, and for what is wrong. */
  #takeByLines(receiver: number, chunk: Buffer, count: number): void {
    const { lineBytes } = this.#due;
    for (let at = 0; at < count; ) {
      const within = (this.#places[receiver] as number) % lineBytes;
      if (within === 0 && chunk[at] === STAR) this.#inNotice[receiver] = 1;
      if (this.#inNotice[receiver] === 1) {
        const end = chunk.indexOf(LINE_END, at);
        if (end < 0 || end >= count) return;
        this.#inNotice[receiver] = 0;
        at = end + 1;
        continue;
      }
      const to = Math.min(count, at + lineBytes - within);
      if (!this.#isDue(receiver, chunk, at, to)) {
        throw this.#wrong(receiver, within > 0 ? "" : lineOf(chunk, at, count));
      }
      this.#advance(receiver, to - at);
      at = to;
    }
  }

  /** `line`: the wrong one, as far as it came; empty, if its beginning is gone already. */
  #wrong(receiver: number, line: string): IpcError {
    const due = this.#slowest.of(receiver);
    const who = `receiver ${receiver + 1} of ${this.#slowest.receivers}`;
    const came = line.startsWith("<") ? this.#due.numberIn(line) : undefined;
    if (came === undefined || came === due) {
      return failed(
        `${who} got wrong bytes where message ${due} was due: ${JSON.stringify(line.slice(0, 80))}`,
      );
    }
    const how = came < due ? "doubled" : "something is lost or out of order";
    return failed(`${who} got message ${came} where message ${due} was due: ${how}`);
  }
}

function lineOf(chunk: Buffer, from: number, count: number): string {
  const end = chunk.indexOf(LINE_END, from);
  return chunk.toString("latin1", from, end < 0 ? count : Math.min(end, count));
}
