import { IpcError } from "@ipc-playground/contract";
import type { SharedMemory } from "./memory.ts";
import { FrameCopy } from "./ring-copy.ts";
import {
  CLOSED,
  checkedDistance,
  FRAME_HEADER_BYTES,
  frameBytes,
  maxFrameBytes,
  type RingLayout,
  ringLayout,
  SKIP,
} from "./ring-layout.ts";
import { publish, Waiter, type Waiting, type Waits } from "./ring-wait.ts";

export interface RingOptions {
  /** Default: `hybrid`. */
  wait?: Waiting;
  /** How often to ask, while waiting, whether the other side still lives, in milliseconds. Default: 50. */
  askEveryMs?: number;
}

/**
 * The one end of a ring into which frames go. One process at a time has it, and one thread of it.
 *
 * What was published stays when this process dies; what was not, a frame half written, was never there.
 */
export class RingWriter implements Disposable {
  readonly name: string;
  /** Bytes of the longest frame. */
  readonly maxFrameBytes: number;
  readonly #ring: RingLayout;
  readonly #copy: FrameCopy;
  readonly #waiter: Waiter;
  readonly #capacity: number;
  readonly #words: Int32Array;
  /** Where the next frame goes. */
  #tail: number;
  /** Up to where the reader sees. */
  #published: number;
  /** The reader's word when we last looked, which is only done when this leaves no room. */
  #head: number;
  #closed = false;

  /**
   * @throws {IpcError} MEMORY_FOREIGN: there is no ring in it.
   * @throws {IpcError} BAD_ARGUMENT: it has a writer, and that one lives.
   */
  constructor(memory: SharedMemory, { wait = "hybrid", askEveryMs }: RingOptions = {}) {
    const ring = ringLayout(memory);
    this.name = ring.name;
    this.maxFrameBytes = maxFrameBytes(ring.capacity);
    this.#ring = ring;
    this.#capacity = ring.capacity;
    this.#words = ring.words;
    this.#copy = new FrameCopy(ring.bytes, ring.words);
    this.#waiter = new Waiter(wait, ring.reader, askEveryMs);
    ring.writer.take();
    // What one before us left: that it closed, or, killed in its sleep, that it sleeps.
    Atomics.store(ring.writerSleeps, 0, 0);
    this.#tail = this.#published = Atomics.load(ring.tail, 0) & ~CLOSED;
    Atomics.store(ring.tail, 0, this.#tail);
    this.#head = Atomics.load(ring.head, 0);
  }

  /**
   * Copy a frame in, and show it to the reader. `false`: there is no room now.
   *
   * @throws {IpcError} FRAME_TOO_LONG, ALREADY_CLOSED, MEMORY_FOREIGN (damaged)
   */
  tryWrite(frame: Uint8Array): boolean {
    if (!this.tryStage(frame)) return false;
    this.publish();
    return true;
  }

  /**
   * Copy a frame in, to be shown by the next {@link publish}. A batch costs one word that travels from
   * processor to processor, where single frames cost one each. `false`: there is no room now; what was
   * staged so far has been shown then.
   *
   * @throws {IpcError} as {@link tryWrite}
   */
  tryStage(frame: Uint8Array): boolean {
    const { length } = frame;
    const needed = frameBytes(length);
    if (needed > this.#capacity >> 1) throw this.#tooLong(length);
    let offset = this.#tail & (this.#capacity - 1);
    const rest = this.#capacity - offset;
    const skipped = needed > rest ? rest : 0;
    if (!this.#hasRoom(skipped + needed)) {
      this.publish();
      return false;
    }
    if (skipped > 0) {
      this.#words[offset >> 2] = SKIP;
      offset = 0;
    }
    this.#words[offset >> 2] = length;
    this.#copy.into(offset + FRAME_HEADER_BYTES, frame);
    this.#tail = (this.#tail + skipped + needed) | 0;
    return true;
  }

  /** Show the reader all that was staged, and wake it if it sleeps. */
  publish(): void {
    if (this.#published === this.#tail) return;
    if (this.#words.length === 0) throw alreadyClosed(this.name);
    this.#published = this.#tail;
    publish(this.#ring.tail, this.#tail, this.#ring.readerSleeps);
  }

  /**
   * Write, and wait for room first if there is none.
   *
   * @throws {IpcError} DEADLINE_PASSED: no room in time.
   * @throws {IpcError} PEER_DIED: there is no room, and the reader, which would make some, is gone.
   * @throws {IpcError} as {@link tryWrite}
   */
  write(frame: Uint8Array, waits?: Waits): void {
    this.stage(frame, waits);
    this.publish();
  }

  /** {@link tryStage}, but wait for room as {@link write} does. */
  stage(frame: Uint8Array, { withinMs = Number.POSITIVE_INFINITY }: Waits = {}): void {
    if (this.tryStage(frame)) return;
    const deadline = performance.now() + withinMs;
    do this.#waitForRoom(Math.max(0, deadline - performance.now()), withinMs);
    while (!this.tryStage(frame));
  }

  /** Show what was staged, and tell the reader that no more will come. Twice is harmless. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#words.length === 0) return;
    publish(this.#ring.tail, this.#tail | CLOSED, this.#ring.readerSleeps);
    this.#ring.writer.leave();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #hasRoom(bytes: number): boolean {
    if (this.#closed || this.#words.length === 0) throw alreadyClosed(this.name);
    if (this.#capacity - ((this.#tail - this.#head) | 0) >= bytes) return true;
    const head = Atomics.load(this.#ring.head, 0);
    const used = checkedDistance(this.#ring, head & ~CLOSED, this.#tail);
    this.#head = head;
    return this.#capacity - used >= bytes;
  }

  #waitForRoom(leftMs: number, withinMs: number): void {
    const { head, writerSleeps, reader } = this.#ring;
    if ((this.#head & CLOSED) !== 0) throw reader.closed();
    if (this.#waiter.wait(head, this.#head, writerSleeps, leftMs) === "late") {
      throw new IpcError(
        "DEADLINE_PASSED",
        `there was no room in the ring of ${this.name} within ${withinMs} ms`,
        "wait longer, make the ring larger, or see what keeps the reader",
      );
    }
  }

  #tooLong(length: number): IpcError {
    return new IpcError(
      "FRAME_TOO_LONG",
      `a frame of ${length} bytes is longer than the ${this.maxFrameBytes} that fit into the ring of ${this.name}`,
      "make the ring larger, or cut the frame",
    );
  }
}

export function alreadyClosed(name: string): IpcError {
  return new IpcError(
    "ALREADY_CLOSED",
    `the ring of ${name} is closed in this process`,
    "use it before close(), and before its memory is closed",
  );
}
