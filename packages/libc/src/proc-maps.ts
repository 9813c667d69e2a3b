import { readFileSync } from "node:fs";

/** One line of `/proc/PID/maps`. proc_pid_maps(5) */
export interface MemoryMap {
  /** The first address, and the one past the last. */
  start: bigint;
  end: bigint;
  /** `rw-s`: read, write, execute, and s for shared or p for private. */
  permissions: string;
  /** Where in the file it begins, in bytes. */
  offset: bigint;
  /** What lies behind it: `/dev/shm/name`, `/SYSV1c000001 (deleted)`, `[heap]`; empty for anonymous memory. */
  path: string;
}

/** The memory of a process, by address. `null`: gone, or not ours to see. */
export function memoryMaps(pid: number): MemoryMap[] | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/maps`, "utf8");
  } catch {
    return null;
  }
  return [...text.matchAll(/^(\w+)-(\w+) (\S{4}) (\w+) \S+ \d+ *(.*)$/gm)].map(
    ([, start, end, permissions, offset, path]) => ({
      start: BigInt(`0x${start}`),
      end: BigInt(`0x${end}`),
      permissions: permissions as string,
      offset: BigInt(`0x${offset}`),
      path: path as string,
    }),
  );
}
