import { randomInt } from "node:crypto";
import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ERRNO, errnoSymbol, mqUnlink, msgget, msgRemove } from "@ipc-playground/libc";

/** Kernel objects that outlive their processes. Names of POSIX objects begin with "/", keys of System V are numbers. */
export type ObjectKind = "posix-mq" | "sysv-msg";

interface Entry {
  kind: ObjectKind;
  name: string;
}

/** How each kind is removed by its name. Returns 0, or `-errno`. */
const REMOVE: Record<ObjectKind, (name: string) => number> = {
  "posix-mq": mqUnlink,
  "sysv-msg": (key) => {
    const queue = msgget(Number(key), 0);
    return queue < 0 ? queue : msgRemove(queue);
  },
};

/** Whether a System V object of that key exists. */
const EXISTS: Partial<Record<ObjectKind, (key: number) => boolean>> = {
  "sysv-msg": (key) => msgget(key, 0) !== -(ERRNO.ENOENT as number),
};

/** Keys of this project begin with this byte, so that a person who looks at `ipcs` knows them. */
export const KEY_PREFIX = 0x1c;

/** A key that nobody has. Whoever makes the object still asks for IPC_EXCL: somebody may be faster. */
export function freeKey(kind: ObjectKind): string {
  for (;;) {
    const key = (KEY_PREFIX << 24) | randomInt(1 << 24);
    if (!EXISTS[kind]?.(key)) return `0x${key.toString(16)}`;
  }
}

const FILE = "ledger.jsonl";

/**
 * Write down that an object is about to be made: before, not after, so that there is no moment in
 * which a killed process leaves one that nobody knows of.
 */
export function recordObject(runDirectory: string, kind: ObjectKind, name: string): void {
  appendFileSync(join(runDirectory, FILE), `${JSON.stringify({ kind, name } satisfies Entry)}\n`);
}

/**
 * Remove every object of a run's ledger that still exists, and the ledger. Returns a line for each
 * that was removed, and for each that could not be.
 */
export function removeObjects(runDirectory: string): string[] {
  const lines = entriesOf(runDirectory).flatMap(({ kind, name }) => {
    const result = REMOVE[kind]?.(name) ?? 0;
    if (result === 0) return [`${kind} ${name}`];
    const errno = errnoSymbol(-result);
    return errno === "ENOENT" ? [] : [`${kind} ${name}: still there (${errno})`];
  });
  // A name that was removed may be somebody else's the next moment: forget it.
  rmSync(join(runDirectory, FILE), { force: true });
  return lines;
}

function entriesOf(runDirectory: string): Entry[] {
  let text: string;
  try {
    text = readFileSync(join(runDirectory, FILE), "utf8");
  } catch {
    return [];
  }
  // The last line may have been cut by a kill; then its object was not made yet.
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as Entry];
    } catch {
      return [];
    }
  });
}
