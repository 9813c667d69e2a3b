import { resourceLimit, signalStatus, sigrtmax, sigrtmin } from "@ipc-playground/libc";

/**
 * How many standard signals there are: 1 to 31. Linux value on x64 and arm64; POSIX lists 28 names.
 * Source: signal(7), "Standard signals".
 */
export const STANDARD_SIGNALS = 31;

/**
 * The lowest and the highest realtime signal of this program's C library. The kernel's own range
 * is 32 to 64; glibc keeps 32 and 33 for its threads. Source: signal(7), "Real-time signals".
 */
export function realtimeRange(): { lowest: number; highest: number } {
  return { lowest: sigrtmin(), highest: sigrtmax() };
}

/** Smallest and largest value that goes with a queued signal: C's int, 32 bits. Source: sigqueue(3). */
export const MIN_VALUE = -0x8000_0000;
export const MAX_VALUE = 0x7fff_ffff;

/**
 * How many signals may be queued at once for all processes of this user. `limit` is this process's
 * RLIMIT_SIGPENDING, which holds for what others queue for it; the default depends on memory
 * (about 8 for each MiB). Source: setrlimit(2), proc_pid_status(5) "SigQ".
 */
export function queueLimit(): { queued: number; limit: number } {
  return {
    queued: signalStatus(process.pid)?.queued ?? 0,
    limit: resourceLimit("pendingSignals").soft,
  };
}
