import { bind, withErrno } from "./binding.ts";
import { encodeSignalSet } from "./sigset.ts";

const c = {
  // union sigval is 8 bytes that travel in a register; its int is the low half on x64 and arm64.
  sigqueue: bind<(pid: number, signal: number, value: number) => number>(
    "int sigqueue(pid_t pid, int sig, int64_t value)",
  ),
  syscall: bind<
    (number: number, pid: number, tid: number, signal: number, info: Uint8Array | null) => number
  >("long syscall(long number, long tgid, long tid, long sig, void *info)"),
  sigtimedwait: bind<(set: Uint8Array, info: Uint8Array, timeout: BigInt64Array | null) => number>(
    "int sigtimedwait(const void *set, void *info, const void *timeout)",
  ),
  signalfd: bind<(fd: number, set: Uint8Array, flags: number) => number>(
    "int signalfd(int fd, const void *mask, int flags)",
  ),
};

/** Calls that libc has no function for. Source: asm/unistd_64.h, asm-generic/unistd.h. */
const NUMBERS = (
  {
    x64: { tgkill: 234, rt_tgsigqueueinfo: 297 },
    arm64: { tgkill: 131, rt_tgsigqueueinfo: 240 },
  } as Record<string, { tgkill: number; rt_tgsigqueueinfo: number }>
)[process.arch] ?? { tgkill: -1, rt_tgsigqueueinfo: -1 };

/** How a signal came about, in `si_code`. Source: asm-generic/siginfo.h. */
export const SI_USER = 0;
export const SI_QUEUE = -1;

/**
 * sigqueue(3): send a signal with a value, a 32-bit signed integer. Returns 0 or `-errno`
 * (`-EAGAIN`: as many signals wait for that user's processes as the receiver's RLIMIT_SIGPENDING allows).
 */
export function sigqueue(pid: number, signal: number, value: number): number {
  return withErrno(c.sigqueue(pid, signal, value));
}

/** tgkill(2): send a signal to one thread of a process. Returns 0 or `-errno`. */
export function tgkill(pid: number, tid: number, signal: number): number {
  return withErrno(c.syscall(NUMBERS.tgkill, pid, tid, signal, null));
}

/** `siginfo_t` on 64-bit: signo, errno, code, and from byte 16 on pid, uid and value. */
const SIGINFO_BYTES = 128;
const outgoing = new DataView(new ArrayBuffer(SIGINFO_BYTES));
const outgoingBytes = new Uint8Array(outgoing.buffer);

/**
 * {@link sigqueue} to one thread: only that thread can take it. The main thread's id is the pid.
 * Returns 0 or `-errno`. rt_tgsigqueueinfo(2)
 */
export function sigqueueToThread(pid: number, tid: number, signal: number, value: number): number {
  outgoing.setInt32(0, signal, true);
  outgoing.setInt32(8, SI_QUEUE, true);
  // The kernel takes these as they are given, as long as the code is negative.
  outgoing.setInt32(16, process.pid, true);
  outgoing.setUint32(20, process.getuid?.() ?? 0, true);
  outgoing.setInt32(24, value, true);
  return withErrno(c.syscall(NUMBERS.rt_tgsigqueueinfo, pid, tid, signal, outgoingBytes));
}

/** What a delivered signal tells. */
export interface SignalInfo {
  signal: number;
  /** Negative: it was queued with a value. 0 (SI_USER): kill(2). Positive: from the kernel. */
  code: number;
  senderPid: number;
  senderUid: number;
  /** What came with it; 0 where nothing did. */
  value: number;
}

/** Waits for one set of signals: the buffers are made once. */
export class SignalWait {
  readonly #set: Uint8Array;
  readonly #view = new DataView(new ArrayBuffer(SIGINFO_BYTES));
  readonly #info = new Uint8Array(this.#view.buffer);
  readonly #timeout = new BigInt64Array(2);

  /** @param signals They must be blocked in the thread that waits, or their action happens instead. */
  constructor(signals: Iterable<number>) {
    this.#set = encodeSignalSet(signals);
  }

  /**
   * sigtimedwait(2): take one pending signal of the set, the lowest number first; wait for it at
   * most `withinMs` milliseconds (0: not at all, Infinity: for ever). Blocks the whole thread.
   * Returns the signal's number, or `-errno` (`-EAGAIN`: time is up; `-EINTR`: another came).
   */
  take(withinMs: number): number {
    if (withinMs === Number.POSITIVE_INFINITY) return withErrno(c.sigtimedwait(this.#set, this.#info, null));
    const ns = Math.round(withinMs * 1e6);
    this.#timeout[0] = BigInt(Math.floor(ns / 1e9));
    this.#timeout[1] = BigInt(ns % 1e9);
    return withErrno(c.sigtimedwait(this.#set, this.#info, this.#timeout));
  }

  /** What the signal that was taken last told. */
  info(): SignalInfo {
    const view = this.#view;
    return {
      signal: view.getInt32(0, true),
      code: view.getInt32(8, true),
      senderPid: view.getInt32(16, true),
      senderUid: view.getUint32(20, true),
      value: view.getInt32(24, true),
    };
  }
}

const SFD_CLOEXEC = 0o2000000;
const SFD_NONBLOCK = 0o4000;

/** Bytes that a signalfd gives for each signal: `struct signalfd_siginfo`. Source: signalfd(2). */
export const SIGNALFD_INFO_BYTES = 128;

/**
 * A descriptor that is readable when one of the signals is pending for the reader. They must be
 * blocked in it. Non-blocking, close-on-exec. Returns it, or `-errno`. signalfd(2)
 */
export function signalfd(signals: Iterable<number>): number {
  return withErrno(c.signalfd(-1, encodeSignalSet(signals), SFD_CLOEXEC | SFD_NONBLOCK));
}

/** One `struct signalfd_siginfo`, as it was read. `bytes` has {@link SIGNALFD_INFO_BYTES}. */
export function decodeSignalfdInfo(bytes: Uint8Array): SignalInfo {
  const view = new DataView(bytes.buffer, bytes.byteOffset, SIGNALFD_INFO_BYTES);
  return {
    signal: view.getUint32(0, true),
    code: view.getInt32(8, true),
    senderPid: view.getUint32(12, true),
    senderUid: view.getUint32(16, true),
    value: view.getInt32(44, true),
  };
}
