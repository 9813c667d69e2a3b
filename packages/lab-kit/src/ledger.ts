import { randomInt } from "node:crypto";
import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  close,
  ERRNO,
  errnoSymbol,
  mqOpen,
  mqUnlink,
  msgget,
  msgRemove,
  O_CLOEXEC,
  semget,
  semRemove,
  semUnlink,
  shmget,
  shmOpen,
  shmRemove,
  shmUnlink,
} from "@ipc-playground/libc";

/** Kernel objects that outlive their processes. Names of POSIX objects begin with "/", keys of System V are numbers. */
export type ObjectKind = SysvKind | PosixKind;
type SysvKind = "sysv-msg" | "sysv-shm" | "sysv-sem";
type PosixKind = "posix-mq" | "posix-shm" | "posix-sem";

export interface LedgerEntry {
  kind: ObjectKind;
  name: string;
}

interface SysvFamily {
  /** The id of the object with that key, or `-errno`. */
  get(key: number): number;
  remove(id: number): number;
}

const SYSV: Record<SysvKind, SysvFamily> = {
  "sysv-msg": { get: (key) => msgget(key, 0), remove: msgRemove },
  // A size or a count of 0 fits every object that exists.
  "sysv-shm": { get: (key) => shmget(key, 0, 0), remove: shmRemove },
  "sysv-sem": { get: (key) => semget(key, 0, 0), remove: semRemove },
};

const UNLINK: Record<PosixKind, (name: string) => number> = {
  "posix-mq": mqUnlink,
  "posix-shm": shmUnlink,
  "posix-sem": semUnlink,
};

/** A descriptor of the object, or `-errno`. */
const OPEN: Record<PosixKind, (name: string) => number> = {
  "posix-mq": (name) => mqOpen(name, O_CLOEXEC),
  "posix-shm": (name) => shmOpen(name, O_CLOEXEC),
  // On Linux the semaphore /x is the shared memory /sem.x. sem_overview(7)
  "posix-sem": (name) => shmOpen(name.replace("/", "/sem."), O_CLOEXEC),
};

export function isSysv(kind: ObjectKind): kind is SysvKind {
  return kind in SYSV;
}

/** Returns 0, or `-errno`. */
function remove({ kind, name }: LedgerEntry): number {
  if (!isSysv(kind)) return UNLINK[kind]?.(name) ?? 0;
  const id = SYSV[kind].get(Number(name));
  return id < 0 ? id : SYSV[kind].remove(id);
}

/** Whether there is such an object, open to us or not. */
export function objectExists({ kind, name }: LedgerEntry): boolean {
  const found = isSysv(kind) ? SYSV[kind].get(Number(name)) : OPEN[kind](name);
  if (found >= 0 && !isSysv(kind)) close(found);
  return found !== -(ERRNO.ENOENT as number);
}

/** Keys of this project begin with this byte, so that a person who looks at `ipcs` knows them. */
export const KEY_PREFIX = 0x1c;

/** A key that nobody has. Whoever makes the object still asks for IPC_EXCL: somebody may be faster. */
export function freeKey(kind: SysvKind): string {
  for (;;) {
    const key = (KEY_PREFIX << 24) | randomInt(1 << 24);
    if (SYSV[kind].get(key) === -(ERRNO.ENOENT as number)) return `0x${key.toString(16)}`;
  }
}

export const LEDGER_FILE = "ledger.jsonl";

/**
 * Write down that an object is about to be made: before, not after, so that there is no moment in
 * which a killed process leaves one that nobody knows of.
 */
export function recordObject(runDirectory: string, kind: ObjectKind, name: string): void {
  appendFileSync(
    join(runDirectory, LEDGER_FILE),
    `${JSON.stringify({ kind, name } satisfies LedgerEntry)}\n`,
  );
}

/**
 * Remove every object of a run's ledger that still exists, and the ledger. Returns a line for each
 * that was removed, and for each that could not be.
 */
export function removeObjects(runDirectory: string): string[] {
  const lines = readLedger(runDirectory).flatMap((entry) => {
    const { kind, name } = entry;
    const result = remove(entry);
    if (result === 0) return [`${kind} ${name}`];
    const errno = errnoSymbol(-result);
    return errno === "ENOENT" ? [] : [`${kind} ${name}: still there (${errno})`];
  });
  // A name that was removed may be somebody else's the next moment: forget it.
  rmSync(join(runDirectory, LEDGER_FILE), { force: true });
  return lines;
}

/** What a run has written down. */
export function readLedger(runDirectory: string): LedgerEntry[] {
  let text: string;
  try {
    text = readFileSync(join(runDirectory, LEDGER_FILE), "utf8");
  } catch {
    return [];
  }
  // The last line may have been cut by a kill; then its object was not made yet.
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as LedgerEntry];
    } catch {
      return [];
    }
  });
}
