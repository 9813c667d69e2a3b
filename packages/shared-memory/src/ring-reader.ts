import { IpcError } from "@ipc-playground/contract";
import type { SharedMemory } from "./memory.ts";
import { FrameCopy } from "./ring-copy.ts";
import {
  CLOSED,
  checkedDistance,
  corrupted,
  FRAME_HEADER_BYTES,
  frameBytes,
  type RingLayout,
  ringLayout,
  SKIP,
} from "./ring-layout.ts";
import { publish, Waiter, type Waits } from "./ring-wait.ts";
import { alreadyClosed, type RingOptions } from "./ring-writer.ts";

/** No frame is there. */
const EMPTY = -1;

/**
 * The one end of a ring out of which frames come, in order. One process at a time has it, and one
 * thread of it. A reader that takes over from a dead one gets again what that one had not released.
 */
export class RingReader implements Disposable {
  readonly name: string;
  readonly #ring: RingLayout;
  readonly #copy: FrameCopy;
  readonly #waiter: Waiter;
  readonly #capacity: number;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  /** Up to where frames were taken. */
  #head: number;
  /** Up to where the writer may write again. */
  #released: number;
  /** How far the writer was when we last looked, which is only done when all up to here is taken. */
  #tail: number;
  /** Its word then: the same, unless it has closed. */
  #seen: number;
  /** Bytes of the frame that #next found. */
  #length = 0;
  #closed = false;

  /**
   * @throws {IpcError} MEMORY_FOREIGN: there is no ring in it.
   * @throws {IpcError} BAD_ARGUMENT: it has a reader, and that one lives.
   */
  constructor(memory: SharedMemory, { wait = "hybrid", askEveryMs }: RingOptions = {}) {
    const ring = ringLayout(memory);
    this.name = ring.name;
    this.#ring = ring;
    this.#capacity = ring.capacity;
    this.#words = ring.words;
    this.#bytes = ring.bytes;
    this.#copy = new FrameCopy(ring.bytes, ring.words);
    this.#waiter = new Waiter(wait, ring.writer, askEveryMs);
    ring.reader.take();
    // What one before us left: that it closed, or, killed in its sleep, that it sleeps.
    Atomics.store(ring.readerSleeps, 0, 0);
    this.#head = this.#released = this.#tail = this.#seen = Atomics.load(ring.head, 0) & ~CLOSED;
    Atomics.store(ring.head, 0, this.#head);
  }

  /**
   * Copy the next frame to the beginning of `into`. Returns its length; `null`: there is none now.
   *
   * @throws {IpcError} BUFFER_TOO_SMALL: the frame is longer than `into`, and stays.
   * @throws {IpcError} ALREADY_CLOSED
   * @throws {IpcError} MEMORY_FOREIGN: lengths or positions are none that a writer of ours wrote.
   */
  tryReadInto(into: Uint8Array): number | null {
    const at = this.#next();
    if (at === EMPTY) return null;
    const length = this.#length;
    if (length > into.length) throw this.#tooSmall(length, into.length);
    this.#copy.outOf(at, length, into);
    this.#consume();
    return length;
  }

  /** A copy of the next frame; `null`: there is none now. @throws {IpcError} as {@link tryReadInto} */
  tryRead(): Uint8Array | null {
    return this.tryTake((frame) => frame.slice());
  }

  /**
   * Have `use` look at the next frame where it lies, with no copy; `null`: there is none now. The view is
   * good until `use` returns: then the writer may write there. If it throws, the frame stays.
   *
   * @throws {IpcError} as {@link tryReadInto}
   */
  tryTake<T>(use: (frame: Uint8Array) => T): T | null {
    const at = this.#next();
    if (at === EMPTY) return null;
    const result = use(this.#bytes.subarray(at, at + this.#length));
    this.#consume();
    return result;
  }

  /**
   * {@link tryReadInto}, but wait for a frame. `null`: there will be none, the writer has closed its end.
   *
   * @throws {IpcError} DEADLINE_PASSED: none came in time.
   * @throws {IpcError} PEER_DIED: there is none, and the writer ended without closing.
   */
  readInto(into: Uint8Array, waits?: Waits): number | null {
    const length = this.tryReadInto(into);
    if (length !== null) return length;
    return this.#waitForFrame(waits) ? this.tryReadInto(into) : null;
  }

  /** {@link tryRead}, but wait for a frame as {@link readInto} does. */
  read(waits?: Waits): Uint8Array | null {
    return this.take((frame) => frame.slice(), waits);
  }

  /** {@link tryTake}, but wait for a frame as {@link readInto} does. */
  take<T>(use: (frame: Uint8Array) => T, waits?: Waits): T | null {
    if (this.#next() === EMPTY && !this.#waitForFrame(waits)) return null;
    return this.tryTake(use);
  }

  /** Tell the writer that nobody reads any more. What is in the ring stays for the next reader. Twice is harmless. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#words.length === 0) return;
    publish(this.#ring.head, this.#head | CLOSED, this.#ring.writerSleeps);
    this.#ring.reader.leave();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Where the next frame's bytes begin, or {@link EMPTY}. Nothing that the other side wrote is used unchecked. */
  #next(): number {
    if (this.#head === this.#tail && !this.#refresh()) return EMPTY;
    if (this.#closed) throw alreadyClosed(this.name);
    const known = (this.#tail - this.#head) | 0;
    const offset = this.#head & (this.#capacity - 1);
    const rest = this.#capacity - offset;
    const length = this.#words[offset >> 2] as number;
    if (length === SKIP && rest < known) {
      this.#head = (this.#head + rest) | 0;
      return this.#frameAt(0, this.#words[0] as number, known - rest);
    }
    return this.#frameAt(offset, length, Math.min(known, rest));
  }

  #frameAt(offset: number, length: number, most: number): number {
    if (length >= 0 && length < this.#capacity && frameBytes(length) <= most) {
      this.#length = length;
      return offset + FRAME_HEADER_BYTES;
    }
    if (this.#words.length === 0) throw alreadyClosed(this.name);
    throw corrupted(this.name, `a frame of ${length} bytes where at most ${most} can be`);
  }

  /** Look at the writer's word. `false`: there is nothing new. */
  #refresh(): boolean {
    if (this.#closed || this.#words.length === 0) throw alreadyClosed(this.name);
    this.#seen = Atomics.load(this.#ring.tail, 0);
    const tail = this.#seen & ~CLOSED;
    if (tail === this.#head) return false;
    checkedDistance(this.#ring, this.#head, tail);
    this.#tail = tail;
    return true;
  }

  /**
   * Room is given back when all that we know of is taken, or a quarter of the ring: not with every frame,
   * because the writer would have to fetch the word each time. It never waits for room that we hold back
   * and do not know of: then there are frames for us to take first.
   */
  #consume(): void {
    this.#head = (this.#head + frameBytes(this.#length)) | 0;
    const held = (this.#head - this.#released) | 0;
    if (this.#head === this.#tail || held >= this.#capacity >> 2) this.#release();
  }

  #release(): void {
    this.#released = this.#head;
    publish(this.#ring.head, this.#head, this.#ring.writerSleeps);
  }

  /** After a look that found none. `false`: there will be none. */
  #waitForFrame({ withinMs = Number.POSITIVE_INFINITY }: Waits = {}): boolean {
    const { tail, readerSleeps } = this.#ring;
    if ((this.#seen & CLOSED) !== 0) return false;
    // A change is a frame, or the end of them.
    if (this.#waiter.wait(tail, this.#seen, readerSleeps, withinMs) === "changed") return true;
    throw new IpcError(
      "DEADLINE_PASSED",
      `there was no frame in the ring of ${this.name} within ${withinMs} ms`,
      "wait longer, or see what keeps the writer",
    );
  }

  #tooSmall(length: number, room: number): IpcError {
    return new IpcError(
      "BUFFER_TOO_SMALL",
      `the next frame has ${length} bytes, and the buffer ${room}`,
      "give a larger buffer; the frame waits",
    );
  }
}
