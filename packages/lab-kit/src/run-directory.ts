import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IpcError } from "@ipc-playground/contract";
import { processStat } from "@ipc-playground/libc";
import { freeKey, isSysv, type ObjectKind, recordObject, removeObjects } from "./ledger.ts";

/**
 * Where runs keep what would outlive them, one directory per user, one folder in it per run. A
 * run's folder carries its pid and start time, so that a later run can tell whose owner is dead:
 * a pid alone may have been given to somebody else by then.
 */
function baseDirectory(): string {
  return join(tmpdir(), `ipc-playground-${process.getuid?.()}`);
}

function runName(pid: number): string {
  return `run-${pid}-${processStat(pid)?.startTime}`;
}

/** Make a new directory of this run's own. {@link removeRun} removes it, or {@link sweepDeadRuns} of a later run. */
export function scratchDirectory(): string {
  return inRun((run) => mkdtempSync(join(run, "scratch-")));
}

let objects = 0;

/**
 * A name for a kernel object of this run, written down before the object is made: a name with a
 * slash for POSIX, a key for System V. Make it with O_EXCL or IPC_EXCL. {@link removeRunObjects}
 * removes it, or {@link sweepDeadRuns} of a later run.
 */
export function ownObject(kind: ObjectKind): string {
  const name = isSysv(kind) ? freeKey(kind) : `/${runName(process.pid)}-${++objects}`;
  inRun((run) => recordObject(run, kind, name));
  return name;
}

/** Remove this run's kernel objects. Harmless if there are none. */
export function removeRunObjects(): void {
  removeObjects(join(baseDirectory(), runName(process.pid)));
}

/** Do it in this run's folder, which is made if need be. */
function inRun<T>(action: (run: string) => T): T {
  const base = baseDirectory();
  try {
    mkdirSync(base, { mode: 0o700, recursive: true });
    if (!isOurs(base)) throw new Error(`${base} belongs to another user`);
    const run = join(base, runName(process.pid));
    mkdirSync(run, { recursive: true });
    return action(run);
  } catch (cause) {
    throw new IpcError(
      "FILE_UNWRITABLE",
      `cannot make a directory under ${base}: ${(cause as Error).message}`,
      "set TMPDIR to a directory that you may write to",
      { cause },
    );
  }
}

/** /tmp is everybody's: a directory that another user put there first is not ours to trust. */
function isOurs(path: string): boolean {
  return lstatSync(path).uid === process.getuid?.();
}

/** Remove what this run kept. Harmless if it kept nothing. */
export function removeRun(): void {
  removeRunObjects();
  removeTree(join(baseDirectory(), runName(process.pid)));
}

/**
 * While Node finds a module's real path, it stops if the last thing that anybody looked at with a stat call was
 * a FIFO or a socket, and comes to a path through symbolic links, where koffi does not find its native part
 * (`realpathSync` in Node's lib/fs.js, seen in 20.20). Removing a folder looks at what is in it.
 */
function removeTree(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } finally {
    statSync("/");
  }
}

/** Remove what runs left behind whose process is gone, and nothing else. Returns what was removed, a line each. */
export function sweepDeadRuns(): string[] {
  const base = baseDirectory();
  let names: string[];
  try {
    if (!isOurs(base)) return [];
    names = readdirSync(base);
  } catch {
    return [];
  }
  const dead = names.filter((name) => {
    const pid = /^run-(\d+)-\d+$/.exec(name)?.[1];
    return pid !== undefined && runName(Number(pid)) !== name;
  });
  return dead.flatMap((name) => {
    const path = join(base, name);
    const removed = removeObjects(path);
    try {
      removeTree(path);
    } catch {
      // Another run sweeps at the same time; what neither of us gets is removed by the next.
      return removed;
    }
    return [...removed, path];
  });
}
