import { bind, withErrno } from "./binding.ts";

const c = {
  getrusage: bind<(who: number, usage: BigInt64Array) => number>("int getrusage(int who, void *usage)"),
};

/** Whose usage: the whole process, its children that were waited for, or the calling thread alone. */
const WHO = { self: 0, children: -1, thread: 1 } as const;

export interface ResourceUsage {
  /** Time on a processor outside the kernel, in microseconds. */
  userMicros: number;
  /** Time on a processor inside the kernel, in microseconds. */
  systemMicros: number;
  /** How often it gave up its processor to wait. */
  voluntarySwitches: number;
  /** How often the scheduler took its processor away. */
  involuntarySwitches: number;
}

/** `struct rusage` on 64-bit Linux: two `struct timeval`, then 14 longs: 18 words of 8 bytes. */
const RUSAGE_WORDS = 18;

/** getrusage(2). Node's own `process.resourceUsage()` is `self` only; a benchmark wants `thread`. */
export function resourceUsage(who: keyof typeof WHO): ResourceUsage {
  const words = new BigInt64Array(RUSAGE_WORDS);
  // EFAULT and EINVAL are its only errors, and neither can happen here.
  withErrno(c.getrusage(WHO[who], words));
  const word = (i: number) => Number(words[i]);
  return {
    userMicros: word(0) * 1_000_000 + word(1),
    systemMicros: word(2) * 1_000_000 + word(3),
    voluntarySwitches: word(16),
    involuntarySwitches: word(17),
  };
}
