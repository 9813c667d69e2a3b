import { bind, withErrno } from "./binding.ts";

const c = {
  sched_setaffinity: bind<(pid: number, size: number, mask: Uint8Array) => number>(
    "int sched_setaffinity(pid_t pid, size_t cpusetsize, const void *mask)",
  ),
  sched_getaffinity: bind<(pid: number, size: number, mask: Uint8Array) => number>(
    "int sched_getaffinity(pid_t pid, size_t cpusetsize, void *mask)",
  ),
  sched_setscheduler: bind<(pid: number, policy: number, priority: Int32Array) => number>(
    "int sched_setscheduler(pid_t pid, int policy, const void *param)",
  ),
};

/** `cpu_set_t` of glibc: 1024 bits. Source: CPU_SET(3). */
const CPU_SET_BYTES = 128;

/**
 * Let a thread (0: the calling one) run on these processors only. Threads that already exist
 * keep what they have; those it starts later inherit. Returns 0 or `-errno`. sched_setaffinity(2)
 */
export function setAffinity(tid: number, cpus: readonly number[]): number {
  const mask = new Uint8Array(CPU_SET_BYTES);
  for (const cpu of cpus) mask[cpu >> 3] = (mask[cpu >> 3] ?? 0) | (1 << (cpu & 7));
  return withErrno(c.sched_setaffinity(tid, CPU_SET_BYTES, mask));
}

/** The processors a thread (0: the calling one) may run on, ascending, or `-errno`. */
export function getAffinity(tid: number): number[] | number {
  const mask = new Uint8Array(CPU_SET_BYTES);
  const result = withErrno(c.sched_getaffinity(tid, CPU_SET_BYTES, mask));
  if (result < 0) return result;
  return Array.from({ length: CPU_SET_BYTES * 8 }, (_, cpu) => cpu).filter(
    (cpu) => ((mask[cpu >> 3] ?? 0) >> (cpu & 7)) & 1,
  );
}

// Source: linux/sched.h.
/** Whoever is ready has the processor, before all others, until it gives it up. Needs rights: sched(7). */
export const SCHED_FIFO = 1;
/** Only when nobody else wants the processor, or nearly so. Anybody may choose it. */
export const SCHED_IDLE = 5;

/**
 * sched_setscheduler(2) of a thread (0: the calling one). `priority` is 1 to 99 for SCHED_FIFO, 0 otherwise.
 * Returns 0 or `-errno`: `-EPERM` without CAP_SYS_NICE or RLIMIT_RTPRIO.
 */
export function setScheduler(tid: number, policy: number, priority: number): number {
  return withErrno(c.sched_setscheduler(tid, policy, Int32Array.of(priority)));
}
