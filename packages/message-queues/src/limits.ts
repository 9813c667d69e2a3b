import { readFileSync } from "node:fs";

/**
 * A limit that the kernel keeps in a file. All of them are per IPC namespace: a container may have
 * others than its host.
 */
export interface KernelLimit {
  /** The file to read, and for an administrator to write. */
  readonly file: string;
  readonly unit: string;
  /** What it limits, to follow "at most". */
  readonly limits: string;
}

/** System V. Source: proc(5), sysvipc(7), msgget(2). Linux values: 8192, 16384, 32000. */
export const SYSV_LIMITS = {
  messageBytes: { file: "/proc/sys/kernel/msgmax", unit: "bytes", limits: "in one message" },
  queueBytes: { file: "/proc/sys/kernel/msgmnb", unit: "bytes", limits: "in a new queue" },
  queues: { file: "/proc/sys/kernel/msgmni", unit: "queues", limits: "in the system" },
} as const satisfies Record<string, KernelLimit>;

/**
 * POSIX, for users without CAP_SYS_RESOURCE. Source: mq_overview(7). Linux values: 10, 8192, 256;
 * and 10 messages of 8192 bytes in a queue that is made without saying how large.
 */
export const POSIX_LIMITS = {
  messages: { file: "/proc/sys/fs/mqueue/msg_max", unit: "messages", limits: "in one queue" },
  messageBytes: { file: "/proc/sys/fs/mqueue/msgsize_max", unit: "bytes", limits: "in one message" },
  queues: { file: "/proc/sys/fs/mqueue/queues_max", unit: "queues", limits: "in the system" },
  defaultMessages: {
    file: "/proc/sys/fs/mqueue/msg_default",
    unit: "messages",
    limits: "in a queue by default",
  },
  defaultMessageBytes: {
    file: "/proc/sys/fs/mqueue/msgsize_default",
    unit: "bytes",
    limits: "in a message by default",
  },
} as const satisfies Record<string, KernelLimit>;

/** The limit's number in its unit, or `null` where this kernel has no such file. */
export function readLimit(limit: KernelLimit): number | null {
  try {
    return Number(readFileSync(limit.file, "utf8"));
  } catch {
    return null;
  }
}

/** "8192 bytes in one message (/proc/sys/kernel/msgmax)". */
export function describeLimit(limit: KernelLimit): string {
  return `${readLimit(limit) ?? "?"} ${limit.unit} ${limit.limits} (${limit.file})`;
}

/** How to have more of it, as an administrator: "sysctl -w kernel.msgmax=NUMBER". */
export function howToRaise(limit: KernelLimit): string {
  return `an administrator raises it: sysctl -w ${limit.file.replace("/proc/sys/", "").replaceAll("/", ".")}=NUMBER`;
}

/**
 * Priorities of POSIX messages go from 0 to one less than this. Linux value; POSIX promises only 32.
 * Source: mq_overview(7), sysconf(3) _SC_MQ_PRIO_MAX.
 */
export const PRIORITIES = 32_768;

/** So many priorities every system has: 0 to 31 is portable. Source: mq_send(3p), _POSIX_MQ_PRIO_MAX. */
export const PORTABLE_PRIORITIES = 32;

/** Bytes of a POSIX queue's name after its slash, at most. Source: mq_overview(7), NAME_MAX. */
export const NAME_BYTES = 255;
