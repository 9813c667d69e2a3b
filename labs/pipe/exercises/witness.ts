import { readdirSync, readFileSync } from "node:fs";
import type { Witness } from "@ipc-playground/lab-kit/exercises";
import {
  allPids,
  blockedCall,
  descriptorFlags,
  descriptorTarget,
  O_ACCMODE,
  openDescriptors,
  processStat,
} from "@ipc-playground/libc";

/** So long must nobody have run, in milliseconds, for it to count as a hang. */
const STILL_MS = 1_000;
/** How often /proc is read, in milliseconds. */
const LOOK_EVERY_MS = 50;

/**
 * Some processes and all that they start, as /proc shows them. Disposing kills the descendants
 * that are left: a submission that is given up must leave nobody behind.
 */
export class Family implements Disposable, Witness {
  readonly #names: ReadonlyMap<number, string>;
  /** Every descendant that was ever seen. With its start time a pid names a process for good. */
  readonly #seen = new Map<number, number>();
  #fingerprint = "";
  #stillSince = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** @param roots What the processes at the top are called. */
  constructor(roots: readonly { pid: number; name: string }[]) {
    this.#names = new Map(roots.map(({ pid, name }) => [pid, name]));
  }

  /**
   * Whether nobody in the family has been on a processor for a second, which is what a hang is.
   * To be asked again and again.
   */
  isStill(): boolean {
    const now = performance.now();
    if (now - this.#lookedAt < LOOK_EVERY_MS) return false;
    this.#lookedAt = now;
    const threads = this.#members().flatMap(threadsOf);
    const fingerprint = threads.map(({ id, switches }) => `${id}:${switches}`).join();
    const moved = fingerprint !== this.#fingerprint || threads.some(({ asleep }) => !asleep);
    this.#fingerprint = fingerprint;
    if (moved) this.#stillSince = now;
    return !moved && now - this.#stillSince >= STILL_MS;
  }

  /** How things stand: who sleeps on which pipe, and who has the pipe's other end open. */
  story(): string {
    const members = this.#members();
    const active = (pid: number) => `${this.#name(pid)} (pid ${pid}) is ${activity(pid)}`;
    const telling = members.flatMap(
      (pid) => this.#wait(pid, members) ?? (processStat(pid)?.state === "R" ? active(pid) : []),
    );
    return (telling.length > 0 ? telling : members.map(active)).join("; ");
  }

  [Symbol.dispose](): void {
    this.#members();
    for (const [pid, startTime] of this.#seen) {
      if (processStat(pid)?.startTime === startTime) process.kill(pid, "SIGKILL");
    }
  }

  #members(): number[] {
    const members = new Set(this.#names.keys());
    const stats = allPids().flatMap((pid) => processStat(pid) ?? []);
    for (let before = 0; before < members.size; ) {
      before = members.size;
      for (const { pid, parentPid } of stats) if (members.has(parentPid)) members.add(pid);
    }
    const alive = stats.filter(({ pid, state }) => members.has(pid) && state !== "Z");
    for (const { pid, startTime } of alive) if (!this.#names.has(pid)) this.#seen.set(pid, startTime);
    const pids = new Set(alive.map(({ pid }) => pid));
    // The set has the roots first, in the order in which they were named.
    return [...members].filter((pid) => pids.has(pid));
  }

  /** "wc (pid 12) is asleep in read on pipe:[34], whose write end is open in …", if it is. */
  #wait(pid: number, members: readonly number[]): string | undefined {
    const call = blockedCall(pid);
    if (call === null || (call.syscall !== "read" && call.syscall !== "write")) return undefined;
    const pipe = descriptorTarget(pid, call.firstArgument);
    if (!pipe?.startsWith("pipe:")) return undefined;
    const [other, mode] = call.syscall === "read" ? ["write", 1] : ["read", 0];
    const holders = members.flatMap((holder) => {
      const fds = descriptorsOf(holder, pipe, mode as number);
      if (fds.length === 0) return [];
      const where = fds.map((fd) => `fd ${fd}`).join(", ");
      return holder === pid
        ? `in ${this.#name(pid)} itself (${where})`
        : `in ${this.#name(holder)} (pid ${holder}, ${where})`;
    });
    const open = holders.length === 0 ? "nowhere in sight" : holders.join(" and ");
    return `${this.#name(pid)} (pid ${pid}) is asleep in ${call.syscall} on ${pipe}, whose ${other} end is open ${open}`;
  }

  #name(pid: number): string {
    return this.#names.get(pid) ?? read(`/proc/${pid}/comm`).trim();
  }
}

/** The descriptors with which a process has a pipe open in this access mode. */
function descriptorsOf(pid: number, pipe: string, mode: number): number[] {
  return (openDescriptors(pid) ?? [])
    .filter(({ fd, target }) => target === pipe && ((descriptorFlags(pid, fd) ?? -1) & O_ACCMODE) === mode)
    .map(({ fd }) => fd);
}

function activity(pid: number): string {
  const state = processStat(pid)?.state;
  if (state === "R") return "running";
  return `${state === "S" ? "asleep" : `in state ${state}`} in ${blockedCall(pid)?.syscall ?? "the kernel"}`;
}

/** The threads of a process, with how often each gave up a processor or lost it. proc_pid_status(5) */
function threadsOf(pid: number): { id: string; switches: string; asleep: boolean }[] {
  let ids: string[];
  try {
    ids = readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
  return ids.map((id) => {
    const status = read(`/proc/${pid}/task/${id}/status`);
    const switches = [...status.matchAll(/ctxt_switches:\s+(\d+)/g)].map(([, n]) => n).join("+");
    return { id, switches, asleep: /^State:\s+S/m.test(status) };
  });
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
