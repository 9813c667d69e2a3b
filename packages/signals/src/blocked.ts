import { changeSignalMask, check, ERRNO, SI_QUEUE, SignalWait, signalMask } from "@ipc-playground/libc";
import { type Signal, signalNumber } from "./numbers.ts";
import type { ReceivedSignal } from "./record.ts";

/** `timeout`: nothing came in time. */
export type WaitResult = ({ readonly kind: "signal" } & ReceivedSignal) | { readonly kind: "timeout" };

const EAGAIN = -(ERRNO.EAGAIN as number);
const EINTR = -(ERRNO.EINTR as number);

/**
 * Signals that this thread holds back and takes one at a time, without any handler. Needs no C.
 *
 * Only signals sent to the main thread alone wait here (`sendQueuedToMainThread`): what is sent
 * to the process goes to another of Node's threads, none of which blocks it, and does there what
 * it does by default, which for a realtime signal is to end the process.
 *
 * @see sigtimedwait(2)
 */
export class BlockedSignals implements Disposable {
  readonly #wait: SignalWait;
  readonly #before: number[];

  constructor(signals: readonly Signal[]) {
    const numbers = signals.map(signalNumber);
    this.#wait = new SignalWait(numbers);
    this.#before = signalMask();
    const result = changeSignalMask("block", numbers);
    if (typeof result === "number") check(result, { syscall: "pthread_sigmask", doing: "block signals" });
  }

  /**
   * Take the next pending signal, lowest number first. Sleeps for at most `withinMs` milliseconds,
   * event loop and all; 0 means do not wait.
   */
  take(withinMs: number): WaitResult {
    let taken: number;
    do taken = this.#wait.take(withinMs);
    while (taken === EINTR);
    if (taken === EAGAIN) return { kind: "timeout" };
    check(taken, { syscall: "rt_sigtimedwait", doing: "wait for a signal" });
    const { signal, value, senderPid, senderUid, code } = this.#wait.info();
    const queued = code === SI_QUEUE;
    return { kind: "signal", signal, value, senderPid, senderUid, queued, thread: process.pid };
  }

  /** Sleep until one of the signals comes, and take it: its number. For loops that count in microseconds. */
  takeNumber(withinMs: number): number {
    return this.#wait.take(withinMs);
  }

  /** Restore the mask of before. What is still pending and was not blocked then is delivered now. */
  [Symbol.dispose](): void {
    changeSignalMask("set", this.#before);
  }
}
