import { IpcError } from "@ipc-playground/contract";
import { callError, ERRNO, signalStatus, tgkill, threadIds } from "@ipc-playground/libc";
import { loadNative } from "./native.ts";
import { signalName } from "./numbers.ts";

type NativeReceiver = ReturnType<typeof bindReceiver>;
let native: NativeReceiver | undefined;

function bindReceiver() {
  const library = loadNative("receiver");
  return {
    take: library.bind<(signal: number, writeEnd: number, onlyMainThread: number) => number>(
      "int receiver_take(int signal, int write_end, int only_main_thread)",
    ),
    release: library.bind<(signal: number) => void>("void receiver_release(int signal)"),
    lost: library.bind<(signal: number) => number>("uint32_t receiver_lost(int signal)"),
  };
}

/** Signals whose handler is native/receiver.c. */
export interface CatchSignals {
  /** How many were lost so far. */
  lost(): number;
  /** Give them back to what they did before. Returns how many were lost in all. */
  release(): number;
}

/**
 * Have each of these signals written into the pipe, from now on. All of them or none.
 *
 * @throws {IpcError} NO_COMPILER
 * @throws {IpcError} BAD_ARGUMENT: one cannot be caught, or is caught by another receiver.
 */
export function catchSignals(
  signals: readonly number[],
  writeEnd: number,
  mainThreadOnly: boolean,
): CatchSignals {
  native ??= bindReceiver();
  const { take, release, lost } = native;
  const taken: number[] = [];
  for (const signal of signals) {
    const result = take(signal, writeEnd, mainThreadOnly ? 1 : 0);
    if (result === 0) {
      taken.push(signal);
      continue;
    }
    for (const other of taken) release(other);
    throw refused(signal, result);
  }
  if (mainThreadOnly) leaveToMainThread(taken);
  const allLost = () => taken.reduce((sum, signal) => sum + lost(signal), 0);
  return {
    lost: allLost,
    release() {
      for (const signal of taken) release(signal);
      return allLost();
    },
  };
}

/** The other threads are asleep and wake up for it at once; one that does not may cost some order. */
const MASKED_WITHIN_MS = 100;

/**
 * Have every other thread of this process block the signals, so that one thread takes them all, in
 * order. A mask can only be changed by its own thread: our handler does it when it runs there.
 */
function leaveToMainThread(signals: readonly number[]): void {
  for (const { thread, signal } of openElsewhere(signals)) tgkill(process.pid, thread, signal);
  const deadline = performance.now() + MASKED_WITHIN_MS;
  while (openElsewhere(signals).length > 0 && performance.now() < deadline);
}

/** Where else than on the main thread one of these signals would be taken. */
function openElsewhere(signals: readonly number[]): { thread: number; signal: number }[] {
  return threadIds(process.pid).flatMap((thread) => {
    const status = thread === process.pid ? null : signalStatus(process.pid, thread);
    return signals
      .filter((signal) => status !== null && !status.blocked.includes(signal))
      .map((signal) => ({ thread, signal }));
  });
}

function refused(signal: number, result: number): IpcError {
  const name = signalName(signal);
  if (result === -(ERRNO.EBUSY as number)) {
    return new IpcError(
      "BAD_ARGUMENT",
      `another receiver of this process has ${name}`,
      "close that one first, or open one receiver for all the signals",
    );
  }
  return callError(result, {
    syscall: "sigaction",
    doing: `catch ${name}`,
    code: "BAD_ARGUMENT",
    nextStep: "SIGKILL and SIGSTOP cannot be caught; choose another signal",
  });
}
