import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { SYSCALL_NAMES } from "./syscall-names.ts";

/** What `/proc/PID/stat` says of a process, as far as it is used here. proc_pid_stat(5) */
export interface ProcessStat {
  pid: number;
  /** R running, S asleep (a signal wakes it), D asleep (nothing does), T stopped, Z dead but not yet waited for. */
  state: string;
  parentPid: number;
  /** Clock ticks from boot to its start. With the pid it names a process for good: pids are reused. */
  startTime: number;
}

/** The process, or `null` if there is none of that pid. */
export function processStat(pid: number): ProcessStat | null {
  const text = readProc(pid, "stat");
  if (text === null) return null;
  // The second field is the program's name in parentheses and may itself hold ") ": cut at the last one.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return {
    pid,
    state: fields[0] ?? "?",
    parentPid: Number(fields[1]),
    startTime: Number(fields[19]),
  };
}

/** Where in the kernel a process sleeps: `"anon_pipe_read"`. `null`: not asleep, gone, or not ours to see. */
export function waitChannel(pid: number): string | null {
  const text = readProc(pid, "wchan");
  return text === null || text === "" || text === "0" ? null : text;
}

export interface BlockedCall {
  /** The system call's name, or `"system call 17"` where this project has no name for the number. */
  syscall: string;
  /** Its first argument, which for many calls is a descriptor. */
  firstArgument: number;
}

/**
 * The system call a process is in, from `/proc/PID/syscall`.
 * `null`: it runs outside the kernel, is gone, or is not ours to see.
 */
export function blockedCall(pid: number): BlockedCall | null {
  const [number, first] = readProc(pid, "syscall")?.trim().split(" ") ?? [];
  if (number === undefined || first === undefined || !/^\d+$/.test(number)) return null;
  return {
    syscall: SYSCALL_NAMES[Number(number)] ?? `system call ${number}`,
    firstArgument: Number(first),
  };
}

export interface OpenDescriptor {
  fd: number;
  /** What it leads to: `"pipe:[1234]"`, `"socket:[99]"`, `"/tmp/file"`. */
  target: string;
}

/** The open descriptors of a process, ascending. `null`: gone, or not ours to see. */
export function openDescriptors(pid: number): OpenDescriptor[] | null {
  let names: string[];
  try {
    names = readdirSync(`/proc/${pid}/fd`);
  } catch {
    return null;
  }
  const found: OpenDescriptor[] = [];
  for (const name of names) {
    const target = descriptorTarget(pid, Number(name));
    // Reading our own directory opens a descriptor that is closed again by now.
    if (target !== null) found.push({ fd: Number(name), target });
  }
  return found.sort((a, b) => a.fd - b.fd);
}

/** What a descriptor leads to, or `null` if there is no such descriptor (or it is not ours to see). */
export function descriptorTarget(pid: number, fd: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch {
    return null;
  }
}

/** The flags a descriptor was opened with, from `/proc/PID/fdinfo`. `null`: gone, or not ours to see. */
export function descriptorFlags(pid: number, fd: number): number | null {
  const flags = readProc(pid, `fdinfo/${fd}`)?.match(/^flags:\s+(\d+)$/m)?.[1];
  return flags === undefined ? null : Number.parseInt(flags, 8);
}

/** The pids of all processes there are. */
export function allPids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function readProc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return null;
  }
}
