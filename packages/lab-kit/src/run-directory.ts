import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IpcError } from "@ipc-playground/contract";
import { processStat } from "@ipc-playground/libc";

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
  const base = baseDirectory();
  try {
    mkdirSync(base, { mode: 0o700, recursive: true });
    // /tmp is everybody's: a directory that another user put there first is not ours to trust.
    if (lstatSync(base).uid !== process.getuid?.()) throw new Error(`${base} belongs to another user`);
    const run = join(base, runName(process.pid));
    mkdirSync(run, { recursive: true });
    return mkdtempSync(join(run, "scratch-"));
  } catch (cause) {
    throw new IpcError(
      "FILE_UNWRITABLE",
      `cannot make a directory under ${base}: ${(cause as Error).message}`,
      "set TMPDIR to a directory that you may write to",
      { cause },
    );
  }
}

/** Remove what this run kept. Harmless if it kept nothing. */
export function removeRun(): void {
  rmSync(join(baseDirectory(), runName(process.pid)), { recursive: true, force: true });
}

/** Remove what runs left behind whose process is gone, and nothing else. Returns the paths that were removed. */
export function sweepDeadRuns(): string[] {
  const base = baseDirectory();
  let names: string[];
  try {
    names = readdirSync(base);
  } catch {
    return [];
  }
  const dead = names.filter((name) => {
    const pid = /^run-(\d+)-\d+$/.exec(name)?.[1];
    return pid !== undefined && runName(Number(pid)) !== name;
  });
  const paths = dead.map((name) => join(base, name));
  for (const path of paths) rmSync(path, { recursive: true, force: true });
  return paths;
}
