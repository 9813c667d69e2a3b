import { constants } from "node:buffer";
import { readFileSync, statfsSync } from "node:fs";
import { totalmem } from "node:os";

/** A limit that the kernel keeps in a file, per IPC namespace: a container may have others than its host. */
export interface KernelLimit {
  /** The file to read, and for an administrator to write. */
  readonly file: string;
  readonly unit: string;
  /** What it limits, to follow "at most". */
  readonly limits: string;
}

/**
 * System V. Source: shmget(2), proc_sys_kernel(5). Linux values: 2^64 - 2^24 (no limit of its own),
 * the same in pages, and 4096.
 */
export const SYSV_LIMITS = {
  segmentBytes: { file: "/proc/sys/kernel/shmmax", unit: "bytes", limits: "in one segment" },
  allPages: { file: "/proc/sys/kernel/shmall", unit: "pages", limits: "in all segments together" },
  segments: { file: "/proc/sys/kernel/shmmni", unit: "segments", limits: "in the system" },
} as const satisfies Record<string, KernelLimit>;

/** The limit's number in its unit, or `null` where this kernel has no such file. Past 2^53 it is rounded. */
export function readLimit(limit: KernelLimit): number | null {
  const text = textOf(limit.file);
  return text === null ? null : Number(text);
}

/** "4096 segments in the system (/proc/sys/kernel/shmmni)". */
export function describeLimit(limit: KernelLimit): string {
  return `${textOf(limit.file)?.trim() ?? "?"} ${limit.unit} ${limit.limits} (${limit.file})`;
}

/** How to have more of it, as an administrator: "sysctl -w kernel.shmmni=NUMBER". */
export function howToRaise(limit: KernelLimit): string {
  return `an administrator raises it: sysctl -w ${limit.file.replace("/proc/sys/", "").replaceAll("/", ".")}=NUMBER`;
}

/** Where POSIX shared memory lies on Linux: a tmpfs, whose size is the limit. Source: shm_overview(7), tmpfs(5). */
export const POSIX_FOLDER = "/dev/shm";

/**
 * Bytes of {@link POSIX_FOLDER}, in all and still free; half of the machine's memory unless it was
 * mounted otherwise (Docker: 64 MiB). `null`: there is no such folder.
 */
export function posixRoom(): { bytes: number; freeBytes: number } | null {
  try {
    const { bsize, blocks, bavail } = statfsSync(POSIX_FOLDER);
    return { bytes: bsize * blocks, freeBytes: bsize * bavail };
  } catch {
    return null;
  }
}

/** Bytes of a POSIX object's name after its slash, at most. Source: shm_open(3), NAME_MAX. */
export const NAME_BYTES = 255;

/** The longest view that this version of Node can make, in bytes: 4 GiB on Node 20. Source: node:buffer, MAX_LENGTH. */
export const VIEW_BYTES: number = constants.MAX_LENGTH;

/**
 * Memory that could be had, in bytes: what is free or can be made free, with swap, and no more than this
 * control group may have. Source: proc_meminfo(5), MemAvailable; cgroups(7).
 */
export function memoryRoom(): number {
  const text = textOf("/proc/meminfo") ?? "";
  const kibibytes = (name: string) =>
    Number(new RegExp(`^${name}: +(\\d+)`, "m").exec(text)?.[1] ?? Number.NaN);
  const room = (kibibytes("MemAvailable") + kibibytes("SwapFree")) * 1024;
  // 0, or close to 2^64: no such limit.
  const group = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.min(Number.isNaN(room) ? totalmem() : room, group);
}

/** AT_PAGESZ, an entry of the vector that the kernel hands every program. Source: getauxval(3), linux/auxvec.h. */
const AT_PAGESZ = 6n;

/**
 * Memory comes in pages of this many bytes: an object of 1 byte takes one. 4096 on x64; arm64 kernels
 * may have 16384 or 65536. Source: sysconf(3), _SC_PAGESIZE; proc_pid_auxv(5).
 */
export function pageBytes(): number {
  const vector = readFileSync("/proc/self/auxv");
  for (let at = 0; at + 16 <= vector.length; at += 16)
    if (vector.readBigUInt64LE(at) === AT_PAGESZ) return Number(vector.readBigUInt64LE(at + 8));
  return 4_096;
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
