import { IpcError } from "@ipc-playground/contract";
import type { SharedMemory } from "./memory.ts";
import { Seat } from "./seat.ts";

/*
 * What lies where, in bytes: 0 magic, version, length of the value · 128 the sequence · 256 who the
 * writer is · 384 the value.
 */
const MAGIC = 0x4c716553; // "SeqL", little-endian
const VERSION = 1;
const AT = { sequence: 128, writer: 256, value: 384 };

export const SEQLOCK_HEADER_BYTES = AT.value;

/** Failed tries between two glances at the clock. */
const TRIES = 1000;
/** How long one write may take, in milliseconds, before a reader asks whether the writer still lives. */
const SUSPICIOUS_MS = 50;

/**
 * Lay out room for one value of `bytes` bytes, all zero, in memory that nobody uses yet. One writer
 * changes the value as often as it likes; any number of readers get the latest one, and never half of
 * one and half of another.
 *
 * @throws {IpcError} BAD_ARGUMENT: not a multiple of 4. MEMORY_FOREIGN: the memory is too short.
 */
export function createSeqlock(memory: SharedMemory, { bytes }: { bytes: number }): void {
  if (!Number.isSafeInteger(bytes) || bytes <= 0 || bytes % 4 !== 0) {
    throw new IpcError("BAD_ARGUMENT", `${bytes} bytes are no multiple of 4`, "round up");
  }
  if (SEQLOCK_HEADER_BYTES + bytes > memory.bytes) {
    throw foreign(memory, `has no room for a seqlock of ${bytes} bytes`);
  }
  const all = memory.view(Int32Array, 0, (SEQLOCK_HEADER_BYTES + bytes) / 4);
  all.fill(0);
  all[1] = VERSION;
  all[2] = bytes;
  Atomics.store(all, 0, MAGIC);
}

function seqlockLayout(memory: SharedMemory) {
  const header = memory.bytes >= SEQLOCK_HEADER_BYTES ? memory.view(Int32Array, 0, 3) : [];
  const magic = header.length > 0 ? Atomics.load(header as Int32Array, 0) : 0;
  const [, version, bytes = 0] = header;
  if (magic !== MAGIC || version !== VERSION) throw foreign(memory, "holds no seqlock");
  if (bytes <= 0 || bytes % 4 !== 0 || SEQLOCK_HEADER_BYTES + bytes > memory.bytes) {
    throw foreign(memory, `has no room for the ${bytes} bytes that its seqlock claims`);
  }
  return {
    name: memory.name,
    sequence: memory.view(Int32Array, AT.sequence, 1),
    writer: new Seat(memory, AT.writer, "writer"),
    value: memory.view(Int32Array, AT.value, bytes / 4),
  };
}

/**
 * The one who changes the value. It never waits for anybody.
 *
 * Every word of the value is stored by Atomics, though the sequence around it seems to be enough. A
 * store of Atomics is a release: what came before it is seen before it. Plain writes that come after the
 * odd sequence may be seen before it, on arm64 (`str` may overtake an earlier `stlr`): a reader would find
 * an even sequence twice and new words between. A `stlr` overtakes nothing. On x64 stores stay in order.
 */
export class SeqlockWriter implements Disposable {
  readonly #lock: ReturnType<typeof seqlockLayout>;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  #closed = false;

  /**
   * @throws {IpcError} MEMORY_FOREIGN: there is no seqlock in it.
   * @throws {IpcError} BAD_ARGUMENT: it has a writer, and that one lives.
   */
  constructor(memory: SharedMemory) {
    this.#lock = seqlockLayout(memory);
    this.#words = new Int32Array(this.#lock.value.length);
    this.#bytes = new Uint8Array(this.#words.buffer);
    this.#lock.writer.take();
  }

  /** @throws {IpcError} BAD_ARGUMENT: not as many bytes as the value has. ALREADY_CLOSED */
  write(value: Uint8Array): void {
    const { sequence, value: shared, name } = this.#lock;
    if (this.#closed || shared.length === 0) throw alreadyClosed(name);
    if (value.length !== this.#bytes.length) {
      throw new IpcError(
        "BAD_ARGUMENT",
        `the value of the seqlock in ${name} has ${this.#bytes.length} bytes, not ${value.length}`,
        "write all of it",
      );
    }
    this.#bytes.set(value);
    // One that was killed in the middle of a write left it odd; the value is whole again after this.
    const even = Atomics.load(sequence, 0) & ~1;
    Atomics.store(sequence, 0, even + 1);
    const words = this.#words;
    for (let i = 0; i < words.length; i++) Atomics.store(shared, i, words[i] as number);
    Atomics.store(sequence, 0, (even + 2) | 0);
  }

  /** The value stays. Twice is harmless. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#lock.writer.leave();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * One of those who read the value. They do not disturb the writer, nor each other: they write nothing.
 *
 * The words are loaded by Atomics for the mirrored reason: a load of Atomics is an acquire, and what comes
 * after it is done after it. A plain load may be done later than the second look at the sequence.
 */
export class SeqlockReader {
  readonly #lock: ReturnType<typeof seqlockLayout>;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;

  /** @throws {IpcError} MEMORY_FOREIGN: there is no seqlock in it. */
  constructor(memory: SharedMemory) {
    this.#lock = seqlockLayout(memory);
    this.#words = new Int32Array(this.#lock.value.length);
    this.#bytes = new Uint8Array(this.#words.buffer);
  }

  /**
   * The latest value, as a view that the next read overwrites; `null`: it was being changed just now.
   *
   * @throws {IpcError} ALREADY_CLOSED: the memory was closed.
   */
  tryRead(): Uint8Array | null {
    const { sequence, value, name } = this.#lock;
    if (value.length === 0) throw alreadyClosed(name);
    const before = Atomics.load(sequence, 0);
    if ((before & 1) === 1) return null;
    const words = this.#words;
    for (let i = 0; i < words.length; i++) words[i] = Atomics.load(value, i);
    return Atomics.load(sequence, 0) === before ? this.#bytes : null;
  }

  /**
   * {@link tryRead}, until it succeeds. A reader may starve while a writer writes without a pause.
   *
   * @throws {IpcError} DEADLINE_PASSED: no value stood still in time.
   * @throws {IpcError} PEER_DIED: the writer was killed in the middle of a write. The next writer mends it.
   */
  read({ withinMs = Number.POSITIVE_INFINITY }: { withinMs?: number } = {}): Uint8Array {
    const start = performance.now();
    for (let tries = 1, ask = SUSPICIOUS_MS; ; tries++) {
      const value = this.tryRead();
      if (value !== null) return value;
      if (tries % TRIES !== 0) continue;
      const waited = performance.now() - start;
      if (waited >= withinMs) throw this.#late(withinMs);
      if (waited < ask) continue;
      const { sequence, writer } = this.#lock;
      // Odd, and the writer is dead: nobody will make it even. It may have done so before it died.
      if (writer.state() === "dead" && (Atomics.load(sequence, 0) & 1) === 1) throw writer.died();
      ask = waited + SUSPICIOUS_MS;
    }
  }

  #late(withinMs: number): IpcError {
    return new IpcError(
      "DEADLINE_PASSED",
      `the value of the seqlock in ${this.#lock.name} did not stand still within ${withinMs} ms`,
      "wait longer, or have the writer write less often",
    );
  }
}

function alreadyClosed(name: string): IpcError {
  return new IpcError("ALREADY_CLOSED", `the seqlock of ${name} is closed in this process`, "open it again");
}

function foreign({ name }: SharedMemory, what: string): IpcError {
  return new IpcError("MEMORY_FOREIGN", `${name} ${what}`, "open the right memory, or make it larger");
}
