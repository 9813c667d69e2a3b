import { type BigIntStats, statSync } from "node:fs";
import { dirname } from "node:path";
import { type ErrorCode, IpcError } from "@ipc-playground/contract";
import { callError, ERRNO } from "@ipc-playground/libc";
import { NAME_MAX_BYTES, PATH_MAX_BYTES } from "./limits.ts";

/** What goes wrong with paths, by errno: our code for it, and what the person at the keyboard can do. */
const TROUBLES: Record<string, { code: ErrorCode; nextStep: (path: string) => string }> = {
  ENOENT: {
    code: "NO_SUCH_FILE",
    nextStep: (path) => `make it first: mkdir -p ${dirname(path)}, mkfifo ${path}`,
  },
  ENOTDIR: {
    code: "NO_SUCH_FILE",
    nextStep: (path) => `${dirname(path)} leads through something that is no folder`,
  },
  EEXIST: {
    code: "FILE_EXISTS",
    nextStep: (path) => `choose another path, or remove ${path} if it is yours`,
  },
  EACCES: {
    code: "NO_PERMISSION",
    nextStep: (path) => `ls -ld ${dirname(path)} ${path} shows who may do what; chmod changes it`,
  },
  ENOSPC: {
    code: "DISK_FULL",
    nextStep: (path) => `df -h ${dirname(path)} and df -i ${dirname(path)} show what is full`,
  },
  EDQUOT: { code: "DISK_FULL", nextStep: () => "this user's quota is used up: quota -s shows it" },
  EROFS: {
    code: "FILE_UNWRITABLE",
    nextStep: () => "the file system is mounted read-only: choose a path in another",
  },
  ENAMETOOLONG: {
    code: "BAD_ARGUMENT",
    nextStep: () => `a name may have ${NAME_MAX_BYTES} bytes, a whole path ${PATH_MAX_BYTES - 1}`,
  },
  EMFILE: {
    code: "SYSTEM_CALL_FAILED",
    nextStep: () => "close descriptors; `ulimit -n` is how many there may be",
  },
};

/** The {@link IpcError} for a call about `path` that returned `-errno`. */
export function pathError(returned: number, syscall: string, doing: string, path: string): IpcError {
  const trouble = Object.entries(TROUBLES).find(([symbol]) => -returned === ERRNO[symbol])?.[1];
  return callError(returned, {
    syscall,
    doing,
    ...(trouble && { code: trouble.code, nextStep: trouble.nextStep(path) }),
  });
}

/** @throws {IpcError} BAD_ARGUMENT: libc would read the path only up to the NUL. */
export function assertPath(path: string): void {
  if (path !== "" && !path.includes("\0")) return;
  throw new IpcError(
    "BAD_ARGUMENT",
    `${JSON.stringify(path)} is no path`,
    "a path has at least one byte, and none of them is NUL",
  );
}

/**
 * @throws {IpcError} NOT_A_FIFO, NO_SUCH_FILE, NO_PERMISSION: before open(2) is tried, because
 * opening a device may do things, and a regular file would open without a word.
 */
export function assertFifo(path: string, doing: string): void {
  assertPath(path);
  let stats: BigIntStats;
  try {
    // With numbers in place of bigints, the next import() would go wrong: see lab-kit's run-directory.ts.
    stats = statSync(path, { bigint: true });
  } catch (cause) {
    const { errno } = cause as NodeJS.ErrnoException;
    throw pathError(errno ?? 0, "stat", doing, path);
  }
  if (stats.isFIFO()) return;
  throw new IpcError(
    "NOT_A_FIFO",
    `cannot ${doing}: it is ${kindOf(stats)}`,
    `ls -l ${path} shows it (a FIFO has a p in front); mkfifo needs a path that is free`,
  );
}

function kindOf(stats: BigIntStats): string {
  if (stats.isFile()) return "a regular file";
  if (stats.isDirectory()) return "a folder";
  if (stats.isSocket()) return "a socket";
  return "a device";
}
