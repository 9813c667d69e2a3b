import { IpcError } from "@ipc-playground/contract";
import {
  callError,
  check,
  close,
  ERRNO,
  getPipeSize,
  O_CLOEXEC,
  O_NONBLOCK,
  pipe2,
  read,
  setPipeSize,
  type Watch,
  watchDescriptor,
} from "@ipc-playground/libc";
import { type CatchSignals, catchSignals } from "./catch-signals.ts";
import { type Signal, signalName, signalNumber } from "./numbers.ts";
import { decodeRecord, RECORD_BYTES, type ReceivedSignal } from "./record.ts";

export interface ReceiverOptions {
  /**
   * Told when signals were lost because this process did not look at them for too long; the
   * receiver then goes on. Without it, iterating throws SIGNALS_LOST.
   */
  onLost?: (count: number) => void;
  /**
   * Room for signals that came and were not read yet, in bytes of {@link RECORD_BYTES} each.
   * Default: 1 MiB, 32,768 signals; the kernel's default of a pipe where a user may not have that.
   */
  capacityBytes?: number;
  /**
   * Have all other threads of this process block the signals, for good. Default `true`: if two
   * threads take a signal each, the second may be written first. Threads that are started later
   * block them from the first one on that they take.
   */
  mainThreadOnly?: boolean;
}

const DEFAULT_CAPACITY_BYTES = 1_048_576;
/** How much one read takes, in bytes. */
const CHUNK_BYTES = 65_536;
const EAGAIN = -(ERRNO.EAGAIN as number);

/**
 * Receives signals that were sent to this process by anyone, with value and sender, through a
 * handler in C. Iterate over it, or give {@link SignalReceiver.listen} a callback; one of both.
 * It keeps the process alive until it is closed.
 */
export class SignalReceiver implements AsyncIterable<ReceivedSignal>, Disposable {
  readonly #signals: readonly number[];
  readonly #catcher: CatchSignals;
  readonly #readEnd: number;
  readonly #writeEnd: number;
  readonly #onLost: ((count: number) => void) | undefined;
  readonly #buffer = Buffer.alloc(CHUNK_BYTES);
  readonly #waiting: ReceivedSignal[] = [];
  #watch: Watch | undefined;
  #wake: (() => void) | undefined;
  #lostSoFar = 0;
  #closed = false;

  /** @internal {@link openReceiver} makes these. */
  constructor(signals: readonly number[], options: ReceiverOptions) {
    this.#signals = signals;
    this.#onLost = options.onLost;
    const ends = pipe2(O_CLOEXEC | O_NONBLOCK);
    if (typeof ends === "number") throw callError(ends, { syscall: "pipe2", doing: "open a receiver" });
    [this.#readEnd, this.#writeEnd] = ends;
    const wanted = options.capacityBytes ?? DEFAULT_CAPACITY_BYTES;
    const given = setPipeSize(this.#writeEnd, wanted);
    try {
      if (options.capacityBytes !== undefined)
        check(given, { syscall: "fcntl", doing: `give the receiver room for ${wanted} bytes` });
      this.#catcher = catchSignals(signals, this.#writeEnd, options.mainThreadOnly ?? true);
    } catch (error) {
      close(this.#readEnd);
      close(this.#writeEnd);
      throw error;
    }
  }

  /** How many signals were lost in all, because the pipe was full when they came. */
  get lost(): number {
    return this.#closed ? this.#lostSoFar : this.#catcher.lost();
  }

  /** How many signals there is room for until they are read. */
  get capacity(): number {
    return Math.floor(
      check(getPipeSize(this.#readEnd), { syscall: "fcntl", doing: "ask the capacity" }) / RECORD_BYTES,
    );
  }

  /**
   * The oldest signal that has come and was not read yet. Does not wait.
   *
   * @throws {IpcError} SIGNALS_LOST, ALREADY_CLOSED
   */
  next(): ReceivedSignal | undefined {
    if (this.#closed) throw closedError(this.#signals);
    if (this.#waiting.length === 0) this.#readSome();
    return this.#waiting.shift();
  }

  /** Call `deliver` for each signal, in the order in which they came. */
  listen(deliver: (signal: ReceivedSignal) => void): void {
    if (this.#closed) throw closedError(this.#signals);
    this.#watch?.stop();
    this.#watch = watchDescriptor(this.#readEnd, { readable: true }, () => {
      this.#readSome();
      for (let signal = this.#waiting.shift(); signal; signal = this.#waiting.shift()) {
        deliver(signal);
        if (this.#closed) return;
      }
    });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ReceivedSignal> {
    while (!this.#closed) {
      const signal = this.next();
      if (signal !== undefined) yield signal;
      else await this.#readable();
    }
  }

  /** Give the signals back to whatever they did before, which for a realtime signal is to end the process. */
  close(): void {
    if (this.#closed) return;
    this.#lostSoFar = this.#catcher.release();
    this.#closed = true;
    this.#watch?.stop();
    close(this.#readEnd);
    close(this.#writeEnd);
    this.#wake?.();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #readable(): Promise<void> {
    return new Promise((resolve) => {
      const watch = watchDescriptor(this.#readEnd, { readable: true }, () => this.#wake?.());
      this.#watch = watch;
      this.#wake = () => {
        this.#wake = undefined;
        watch.stop();
        resolve();
      };
    });
  }

  #readSome(): void {
    const bytes = read(this.#readEnd, this.#buffer);
    if (bytes < 0 && bytes !== EAGAIN) check(bytes, { syscall: "read", doing: "read received signals" });
    for (let offset = 0; offset < bytes; offset += RECORD_BYTES) {
      this.#waiting.push(decodeRecord(this.#buffer, offset));
    }
    this.#reportLost();
  }

  /** The pipe was full, so whoever lost a signal left something to read, and we come by here. */
  #reportLost(): void {
    const lost = this.#catcher.lost() - this.#lostSoFar;
    if (lost === 0) return;
    this.#lostSoFar += lost;
    if (this.#onLost) {
      this.#onLost(lost);
      return;
    }
    throw new IpcError(
      "SIGNALS_LOST",
      `${lost} signals came while the receiver was full (${this.capacity} signals)`,
      "look at signals sooner, make capacityBytes larger, or pass onLost to be told and go on",
    );
  }
}

function closedError(signals: readonly number[]): IpcError {
  return new IpcError(
    "ALREADY_CLOSED",
    `the receiver of ${signals.map(signalName).join(", ")} is closed`,
    "use it before close(), and before the `using` block ends",
  );
}

/**
 * Receive these signals from anyone: `{ signal, value, senderPid, senderUid }` for each, in order.
 * Until it is closed they do nothing else in this process.
 *
 * @throws {IpcError} NO_COMPILER: the handler in C was not compiled on this machine.
 * @throws {IpcError} BAD_ARGUMENT: no such signal; SIGKILL or SIGSTOP; one that another receiver has.
 * @see sigaction(2), SA_SIGINFO
 */
export function openReceiver(signals: readonly Signal[], options: ReceiverOptions = {}): SignalReceiver {
  return new SignalReceiver([...new Set(signals.map(signalNumber))], options);
}
