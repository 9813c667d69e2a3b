import { bind, withErrno } from "./binding.ts";
import { decodeSignalSet, encodeSignalSet } from "./sigset.ts";

const c = {
  pthread_sigmask: bind<(how: number, set: Uint8Array | null, old: Uint8Array) => number>(
    "int pthread_sigmask(int how, const void *set, void *oldset)",
  ),
  sigpending: bind<(set: Uint8Array) => number>("int sigpending(void *set)"),
  sigaction: bind<(signal: number, action: Uint8Array | null, old: Uint8Array | null) => number>(
    "int sigaction(int signum, const void *act, void *oldact)",
  ),
  sigrtmin: bind<() => number>("int __libc_current_sigrtmin(void)"),
  sigrtmax: bind<() => number>("int __libc_current_sigrtmax(void)"),
};

/** What {@link changeSignalMask} does with the signals it is given. The same on x64 and arm64. */
const HOW = { block: 0, unblock: 1, set: 2 } as const;

/** The lowest realtime signal that programs may use: 34 with glibc, which keeps 32 and 33. signal(7) */
export function sigrtmin(): number {
  return c.sigrtmin();
}

/** The highest realtime signal: 64 on x64 and arm64. signal(7) */
export function sigrtmax(): number {
  return c.sigrtmax();
}

/**
 * Change which signals the calling thread holds back. Other threads of the process keep their own
 * masks, and a signal sent to the process goes to one that does not block it.
 * Returns the signals that were blocked before, or `-errno`. pthread_sigmask(3)
 */
export function changeSignalMask(how: keyof typeof HOW, signals: Iterable<number>): number[] | number {
  const old = encodeSignalSet([]);
  // Not -1 and errno: it returns the error number itself.
  const errno = c.pthread_sigmask(HOW[how], encodeSignalSet(signals), old);
  return errno === 0 ? decodeSignalSet(old) : -errno;
}

/** The signals that the calling thread blocks, ascending. */
export function signalMask(): number[] {
  const old = encodeSignalSet([]);
  c.pthread_sigmask(0, null, old);
  return decodeSignalSet(old);
}

/**
 * Signals that were sent and not delivered yet, to the calling thread or to the whole process.
 * Each number once: how many of one wait does not show here. sigpending(2)
 */
export function pendingSignals(): number[] {
  const set = encodeSignalSet([]);
  // EFAULT is its only error.
  c.sigpending(set);
  return decodeSignalSet(set);
}

/** Interrupted calls go on by themselves, where the call can be restarted. Source: asm-generic/signal-defs.h. */
export const SA_RESTART = 0x1000_0000;
/** The handler gets a `siginfo_t`. */
export const SA_SIGINFO = 0x4;
/** The signal may interrupt its own handler. */
export const SA_NODEFER = 0x4000_0000;

export interface SignalAction {
  /** What happens on delivery. `handler`: a function of this process, in C. */
  disposition: "default" | "ignore" | "handler";
  /** SA_RESTART and its relatives. */
  flags: number;
}

/** `struct sigaction` of glibc and musl on 64-bit: handler, mask, int flags, restorer. */
const SIGACTION_BYTES = 8 + 128 + 8 + 8;
const FLAGS_OFFSET = 8 + 128;
const SIG_DFL = 0n;
const SIG_IGN = 1n;

/** What this process does on a signal, or `-errno`. sigaction(2) */
export function getSignalAction(signal: number): SignalAction | number {
  const view = new DataView(new ArrayBuffer(SIGACTION_BYTES));
  const result = withErrno(c.sigaction(signal, null, new Uint8Array(view.buffer)));
  if (result < 0) return result;
  const handler = view.getBigUint64(0, true);
  const disposition = handler === SIG_DFL ? "default" : handler === SIG_IGN ? "ignore" : "handler";
  return { disposition, flags: view.getInt32(FLAGS_OFFSET, true) };
}

/** Back to the default action, or ignore the signal. Returns 0 or `-errno`. sigaction(2) */
export function setDisposition(signal: number, disposition: "default" | "ignore"): number {
  const view = new DataView(new ArrayBuffer(SIGACTION_BYTES));
  view.setBigUint64(0, disposition === "default" ? SIG_DFL : SIG_IGN, true);
  return withErrno(c.sigaction(signal, new Uint8Array(view.buffer), null));
}

/**
 * Keep the handler that is installed, with other flags: Node installs its handlers with SA_RESTART.
 * Returns 0 or `-errno`. sigaction(2)
 */
export function setSignalFlags(signal: number, flags: number): number {
  const view = new DataView(new ArrayBuffer(SIGACTION_BYTES));
  const action = new Uint8Array(view.buffer);
  const result = withErrno(c.sigaction(signal, null, action));
  if (result < 0) return result;
  view.setInt32(FLAGS_OFFSET, flags, true);
  return withErrno(c.sigaction(signal, action, null));
}
