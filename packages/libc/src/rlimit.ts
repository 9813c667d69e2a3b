import { bind, withErrno } from "./binding.ts";

const c = {
  prlimit: bind<
    (pid: number, resource: number, next: BigUint64Array | null, old: BigUint64Array | null) => number
  >("int prlimit(pid_t pid, int resource, const void *new_limit, void *old_limit)"),
};

/** The numbers are the same on x64 and arm64. Source: asm-generic/resource.h. */
const RESOURCES = { openFiles: 7, pendingSignals: 11, messageQueueBytes: 12 } as const;
const RLIM_INFINITY = 0xffff_ffff_ffff_ffffn;

export interface ResourceLimit {
  /** What the kernel enforces; `Infinity` for none. */
  soft: number;
  /** How far a process may raise its soft limit by itself. */
  hard: number;
}

/** This process's limit, as `ulimit` shows it. getrlimit(2) */
export function resourceLimit(resource: keyof typeof RESOURCES): ResourceLimit {
  const pair = new BigUint64Array(2);
  // EFAULT, EINVAL, EPERM and ESRCH are its only errors, and none can happen here.
  withErrno(c.prlimit(0, RESOURCES[resource], null, pair));
  const word = (i: number) => (pair[i] === RLIM_INFINITY ? Number.POSITIVE_INFINITY : Number(pair[i]));
  return { soft: word(0), hard: word(1) };
}

/** Set this process's soft limit; children inherit it. Returns 0 or `-errno`. prlimit(2) */
export function setSoftLimit(resource: keyof typeof RESOURCES, soft: number): number {
  const pair = new BigUint64Array(2);
  const result = withErrno(c.prlimit(0, RESOURCES[resource], null, pair));
  if (result < 0) return result;
  pair[0] = soft === Number.POSITIVE_INFINITY ? RLIM_INFINITY : BigInt(soft);
  return withErrno(c.prlimit(0, RESOURCES[resource], pair, null));
}
