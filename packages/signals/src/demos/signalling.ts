import type { Log } from "@ipc-playground/lab-kit";
import { callError, check, close, pipe2, processStat, write } from "@ipc-playground/libc";
import { type Signal, sendQueued, sendSignal, signalName, signalNumber } from "@ipc-playground/signals";

interface Target {
  readonly name: string;
  readonly pid: number;
}

/** kill(2), in the picture: an arrow goes from here to the event that has the same `flow`. */
export function logKill(log: Log, to: Target, signal: Signal, flow?: string, note?: string): void {
  const object = `${signalName(signalNumber(signal))} to ${to.name}`;
  log.call(
    "kill",
    object,
    () => sendSignal(to.pid, signal),
    note,
    () => (flow ? { flow: [flow] } : {}),
  );
}

/** sigqueue(3), in the same way. */
export function logQueue(log: Log, to: Target, signal: Signal, value: number, flow?: string): void {
  const object = `${signalName(signalNumber(signal))} to ${to.name}`;
  const told = { result: `value ${value}`, ...(flow && { flow: [flow] }) };
  log.call(
    "sigqueue",
    object,
    () => sendQueued(to.pid, signal, value),
    undefined,
    () => told,
  );
}

/** Stay until this signal comes: a handler alone does not keep a Node process alive. */
export function untilSignal(signal: NodeJS.Signals): Promise<void> {
  const alive = setInterval(() => {}, 1_000_000);
  return new Promise((resolve) => {
    process.once(signal, () => {
      clearInterval(alive);
      resolve();
    });
  });
}

/** Whether a process is stopped, as SIGSTOP does it. */
export function isStopped(pid: number): boolean {
  return processStat(pid)?.state === "T";
}

/**
 * A pipe for waiting: whoever reads `readEnd` sleeps until {@link Gate.open} is called, or until
 * nobody has the write end open. Disposing closes what is still open here.
 */
export class Gate implements Disposable {
  readonly readEnd: number;
  readonly writeEnd: number;
  readonly #open = new Set<number>();

  constructor() {
    const ends = pipe2();
    if (typeof ends === "number") throw callError(ends, { syscall: "pipe2", doing: "make a gate" });
    [this.readEnd, this.writeEnd] = ends;
    for (const fd of ends) this.#open.add(fd);
  }

  /** Let one reader through. */
  open(): void {
    check(write(this.writeEnd, Buffer.from("x")), { syscall: "write", doing: "open a gate" });
  }

  /** Close one of the ends in this process. */
  close(end: number): void {
    if (this.#open.delete(end)) close(end);
  }

  [Symbol.dispose](): void {
    for (const end of [...this.#open]) this.close(end);
  }
}
