import { readFileSync } from "node:fs";

/** One semaphore set of this IPC namespace, as `ipcs -s` shows it. */
export interface SemaphoreSetLine {
  key: number;
  id: number;
  /** The permission bits. */
  mode: number;
  /** Semaphores in the set. */
  count: number;
  uid: number;
  /** Seconds since 1970 of the last semop(2); 0: none yet. */
  lastOperation: number;
}

/** All semaphore sets that this process's namespace has, whoever made them. proc(5), /proc/sysvipc/sem */
export function listSemaphoreSets(): SemaphoreSetLine[] {
  const [, ...lines] = readFileSync("/proc/sysvipc/sem", "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const fields = line.trim().split(/\s+/);
    const [key = 0, id = 0, , count = 0, uid = 0, , , , lastOperation = 0] = fields.map(Number);
    // The permissions are the one column in octal.
    const mode = Number.parseInt(fields[2] ?? "0", 8) & 0o777;
    return { key, id, mode, count, uid, lastOperation };
  });
}
