import { readFileSync } from "node:fs";

export { SEM_VALUE_MAX } from "@ipc-playground/libc";

/**
 * The highest value of a System V semaphore, and the most that one operation may add or take.
 * Linux value, fixed in the kernel. Source: semctl(2), SEMVMX.
 */
export const SEMVMX = 32_767;

/**
 * Bytes of a POSIX semaphore's name after its slash, at most: its file in /dev/shm is called
 * `sem.NAME`, and a file's name has at most 255. Linux value. Source: sem_overview(7), NAME_MAX - 4.
 */
export const NAME_BYTES = 251;

/** The four numbers of one file, in its order. Linux values: 32000, 1024000000, 500, 32000. */
const FILE = "/proc/sys/kernel/sem";

/** A limit of System V semaphores, per IPC namespace: a container may have others than its host. */
export interface KernelLimit {
  /** The kernel's own name for it. */
  readonly symbol: "SEMMSL" | "SEMMNS" | "SEMOPM" | "SEMMNI";
  /** Its place among the four numbers of /proc/sys/kernel/sem. */
  readonly place: 0 | 1 | 2 | 3;
  readonly unit: string;
  /** What it limits, to follow the number and its unit. */
  readonly limits: string;
}

/** Source: proc_sys_kernel(5), "sem"; semget(2), semop(2). */
export const SYSV_LIMITS = {
  setSize: { symbol: "SEMMSL", place: 0, unit: "semaphores", limits: "in one set" },
  semaphores: { symbol: "SEMMNS", place: 1, unit: "semaphores", limits: "in the system" },
  operations: { symbol: "SEMOPM", place: 2, unit: "operations", limits: "at once" },
  sets: { symbol: "SEMMNI", place: 3, unit: "sets", limits: "in the system" },
} as const satisfies Record<string, KernelLimit>;

/** The limit's number in its unit, or `null` where this kernel does not tell. */
export function readLimit(limit: KernelLimit): number | null {
  try {
    return Number(readFileSync(FILE, "utf8").trim().split(/\s+/)[limit.place]);
  } catch {
    return null;
  }
}

/** "32000 semaphores in one set (SEMMSL, the 1st number of /proc/sys/kernel/sem)". */
export function describeLimit(limit: KernelLimit): string {
  const nth = ["1st", "2nd", "3rd", "4th"][limit.place];
  return `${readLimit(limit) ?? "?"} ${limit.unit} ${limit.limits} (${limit.symbol}, the ${nth} number of ${FILE})`;
}

/** How to have more of it, as an administrator: the four numbers are written together. */
export function howToRaise(limit: KernelLimit): string {
  const numbers = [0, 1, 2, 3].map((place) => (place === limit.place ? "MORE" : `$${place + 1}`)).join(" ");
  return `an administrator raises it: set -- $(cat ${FILE}); sysctl -w kernel.sem="${numbers}"`;
}
