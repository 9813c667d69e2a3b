import { readdirSync, readFileSync } from "node:fs";
import { decodeSignalMask } from "./sigset.ts";

/** What `/proc/PID/status` says of a process or thread and its signals. proc_pid_status(5) */
export interface SignalStatus {
  /** Signals that are queued now for all processes of its real user, … */
  queued: number;
  /** … and how many may be: RLIMIT_SIGPENDING of this process. */
  queueLimit: number;
  /** Pending for this thread alone. */
  pendingForThread: number[];
  /** Pending for the process: any thread may take them. */
  pendingForProcess: number[];
  blocked: number[];
  ignored: number[];
  caught: number[];
}

/** The signals of a process's main thread, or of thread `tid`. `null`: gone, or not ours to see. */
export function signalStatus(pid: number, tid: number = pid): SignalStatus | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/task/${tid}/status`, "utf8");
  } catch {
    return null;
  }
  const field = (name: string) => new RegExp(`^${name}:\\s+(\\S+)$`, "m").exec(text)?.[1] ?? "0";
  const [queued = 0, queueLimit = 0] = field("SigQ").split("/").map(Number);
  return {
    queued,
    queueLimit,
    pendingForThread: decodeSignalMask(field("SigPnd")),
    pendingForProcess: decodeSignalMask(field("ShdPnd")),
    blocked: decodeSignalMask(field("SigBlk")),
    ignored: decodeSignalMask(field("SigIgn")),
    caught: decodeSignalMask(field("SigCgt")),
  };
}

/** The ids of a process's threads, the main thread (whose id is the pid) first. Empty: gone. */
export function threadIds(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map(Number)
      .sort((a, b) => a - b);
  } catch {
    return [];
  }
}
