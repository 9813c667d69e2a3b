import {
  ERRNO,
  errnoText,
  locateMemory,
  type MappedMemory,
  shmat,
  shmdt,
  shmget,
} from "@ipc-playground/libc";
import { usableShmTypedArray } from "./native.ts";

interface Attachment {
  memory: MappedMemory;
  users: number;
}

/**
 * Attaching segments by `shm-typed-array`, with what makes it safe:
 *
 * - One attachment per segment, counted: a second `get` would leak the first.
 * - Detaching is libc's shmdt. The package's own `detach` leaves the views over memory that is gone,
 *   removes a segment when its last process detaches, and does nothing for one that it knew before.
 * - At exit, the package detaches every address that it ever gave, and removes each segment it ever knew
 *   that then has no attachment. So this process attaches them all once more before, elsewhere: it is the
 *   kernel that detaches those, and the kernel removes nothing.
 */
const attachments = new Map<number, Attachment>();
/** Ids of all segments that the package ever knew, and all addresses where it ever attached one. */
const known = new Set<number>();
const given = new Set<bigint>();

/** Make a segment and attach it. Returns its memory, or `-errno`. */
export function createByPackage(key: number, bytes: number, mode: number): MappedMemory | number {
  const { create } = usableShmTypedArray();
  // More than 32 bits of size, it would silently cut.
  if (bytes >= 2 ** 32) return -(ERRNO.EINVAL as number);
  return remember(
    key,
    () => create(bytes, "Uint8Array", key >>> 0, mode.toString(8)),
    ERRNO.EEXIST as number,
  );
}

/** Attach the segment of that id, which has that key. Returns its memory, or `-errno`. */
export function attachByPackage(key: number, id: number): MappedMemory | number {
  const { get } = usableShmTypedArray();
  const there = attachments.get(id);
  if (there === undefined) return remember(key, () => get(key >>> 0, "Uint8Array"), ERRNO.ENOENT as number);
  there.users++;
  return there.memory;
}

/** Let go of it: the last user in this process detaches it, its views first. */
export function detachByPackage(id: number): number {
  const there = attachments.get(id);
  if (there === undefined) return -(ERRNO.EINVAL as number);
  if (--there.users > 0) return 0;
  attachments.delete(id);
  return shmdt(there.memory);
}

function remember(key: number, act: () => Uint8Array | null, nothing: number): MappedMemory | number {
  let view: Uint8Array | null;
  try {
    view = act();
  } catch (error) {
    return -errnoOf(error);
  }
  if (view === null) return -nothing;
  const memory = locateMemory(view.buffer as ArrayBuffer);
  const id = shmget(key, 0, 0);
  if (known.size === 0) process.on("exit", keepAtExit);
  known.add(id);
  given.add(memory.address);
  attachments.set(id, { memory, users: 1 });
  return memory;
}

function keepAtExit(): void {
  for (const id of known) {
    for (;;) {
      const kept = shmat(id, 1, { readOnly: true });
      // The kernel likes to give the address that was free last: one of those would be detached again.
      if (typeof kept === "number" || !given.has(kept.address)) break;
    }
  }
}

/** Its errors have libc's text, and no number. */
function errnoOf(error: unknown): number {
  const text = error instanceof Error ? error.message : String(error);
  const likely = ["EINVAL", "EACCES", "ENOSPC", "ENOMEM", "EIDRM", "EPERM", "ENFILE"];
  const symbol = likely.find((name) => errnoText(ERRNO[name] as number) === text);
  if (symbol === undefined) throw error;
  return ERRNO[symbol] as number;
}
