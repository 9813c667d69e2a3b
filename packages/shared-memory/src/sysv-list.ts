import { readFileSync } from "node:fs";

/** One System V segment of this IPC namespace, as `ipcs -m` shows it. */
export interface SysvMemoryLine {
  /** 0: it was removed, or never had one (IPC_PRIVATE). */
  key: number;
  id: number;
  /** The permission bits. */
  mode: number;
  /** Whether it was removed and waits for its last process to detach. */
  removed: boolean;
  bytes: number;
  /** The process that made it, and the last that attached or detached. */
  creator: number;
  lastUser: number;
  attachments: number;
  uid: number;
}

/** SHM_DEST, in the column of the permissions. Source: linux/shm.h. */
const REMOVED = 0o1000;

/** All System V segments that this process's namespace has, whoever made them. proc_sysvipc(5) */
export function listSysvMemory(): SysvMemoryLine[] {
  const [, ...lines] = readFileSync("/proc/sysvipc/shm", "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const columns = line.trim().split(/\s+/);
    const [key = 0, id = 0, , bytes = 0, creator = 0, lastUser = 0, attachments = 0, uid = 0] =
      columns.map(Number);
    // The permissions are the one column in octal.
    const mode = Number.parseInt(columns[2] ?? "0", 8);
    return {
      key,
      id,
      mode: mode & 0o777,
      removed: (mode & REMOVED) !== 0,
      bytes,
      creator,
      lastUser,
      attachments,
      uid,
    };
  });
}
