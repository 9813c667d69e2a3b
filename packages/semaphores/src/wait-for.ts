import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { blockedCall, semLastPid } from "@ipc-playground/libc";

/** A semop(2) that has not come back. */
export interface PendingSemop {
  /** The set's id. */
  readonly set: number;
  readonly operations: readonly { readonly index: number; readonly change: number }[];
}

/** `struct sembuf`, in bytes: sem_num, sem_op, sem_flg. Source: sys/sem.h. */
const SEMBUF_BYTES = 6;
/** More operations than a semop takes here (SEMOPM), so that a wrong number reads no megabytes. */
const MOST_OPERATIONS = 500;

/**
 * The semop(2) in which a process sleeps. The kernel tells the arguments of the call
 * (`/proc/PID/syscall`), and the operations are read where the second one points, in the memory of
 * that process. `null`: it sleeps elsewhere or not at all, is gone, or is not ours to see (ptrace(2)).
 */
export function pendingSemop(pid: number): PendingSemop | null {
  const call = blockedCall(pid)?.syscall;
  if (call !== "semtimedop" && call !== "semop") return null;
  try {
    const [, set, address, count] = readFileSync(`/proc/${pid}/syscall`, "utf8").split(" ").map(Number);
    if (set === undefined || address === undefined || !(Number(count) <= MOST_OPERATIONS)) return null;
    const bytes = Buffer.alloc(Number(count) * SEMBUF_BYTES);
    const memory = openSync(`/proc/${pid}/mem`, "r");
    try {
      if (readSync(memory, bytes, 0, bytes.length, address) !== bytes.length) return null;
    } finally {
      closeSync(memory);
    }
    const operations = Array.from({ length: Number(count) }, (_, i) => ({
      index: bytes.readUInt16LE(i * SEMBUF_BYTES),
      change: bytes.readInt16LE(i * SEMBUF_BYTES + 2),
    }));
    return { set, operations };
  } catch {
    return null;
  }
}

/** An arrow of a wait-for graph. */
export interface WaitsFor {
  /** Who sleeps. */
  readonly pid: number;
  /** In which semaphore of the set. */
  readonly index: number;
  /** Who changed that semaphore last: of one that excludes, whoever has it. semctl(2), GETPID */
  readonly holder: number;
}

/** Who of these processes sleeps in one operation of the set, and for whom: the wait-for graph. */
export function waitForGraph(set: number, pids: readonly number[]): WaitsFor[] {
  return pids.flatMap((pid) => {
    const pending = pendingSemop(pid);
    const [operation] = pending?.operations ?? [];
    if (pending?.set !== set || operation === undefined || pending.operations.length !== 1) return [];
    return [{ pid, index: operation.index, holder: semLastPid(set, operation.index) }];
  });
}

/** The arrows of a circle in the graph, in order: a deadlock. `null`: there is none. */
export function circleIn(graph: readonly WaitsFor[]): WaitsFor[] | null {
  const from = new Map(graph.map((waits) => [waits.pid, waits]));
  for (const start of graph) {
    const path: WaitsFor[] = [];
    for (
      let at: WaitsFor | undefined = start;
      at !== undefined && !path.includes(at);
      at = from.get(at.holder)
    ) {
      path.push(at);
      if (at.holder === start.pid) return path;
    }
  }
  return null;
}
