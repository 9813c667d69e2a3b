import { bind, withErrno } from "./binding.ts";
import { ERRNO } from "./errno.ts";
import { detach, type MappedMemory, showMemory } from "./memory.ts";

const c = {
  shmget: bind<(key: number, bytes: number, flags: number) => number>(
    "int shmget(int key, size_t size, int shmflg)",
  ),
  shmat: bind<(segment: number, address: null, flags: number) => bigint>(
    "intptr_t shmat(int shmid, const void *shmaddr, int shmflg)",
  ),
  shmdt: bind<(address: bigint) => number>("int shmdt(const void *shmaddr)"),
  shmctl: bind<(segment: number, command: number, buffer: Uint8Array | null) => number>(
    "int shmctl(int shmid, int op, void *buf)",
  ),
};

/** Attach for reading only. Source: linux/shm.h. */
const SHM_RDONLY = 0o10000;
/** The bit of the mode that says: removed, and gone when the last process detaches. Source: linux/shm.h. */
const SHM_DEST = 0o1000;
// Source: linux/ipc.h.
const IPC_RMID = 0;
const IPC_STAT = 2;

/** shmget(2). `flags`: IPC_CREAT, IPC_EXCL and the permission bits. Returns the segment's id, or `-errno`. */
export function shmget(key: number, bytes: number, flags: number): number {
  return withErrno(c.shmget(key | 0, bytes, flags));
}

/**
 * shmat(2): attach a segment wherever the kernel likes. `bytes` is how much of it the buffer shows:
 * the segment's size, from {@link shmStat}. Returns the memory, or `-errno`.
 */
export function shmat(
  segment: number,
  bytes: number,
  options: { readOnly?: boolean } = {},
): MappedMemory | number {
  const result = c.shmat(segment, null, options.readOnly ? SHM_RDONLY : 0);
  const failed = withErrno(Number(result));
  if (failed < 0) return failed;
  return showMemory(BigInt(result), bytes);
}

/**
 * shmdt(2), after its buffer was taken away from every view: see {@link detach}. Returns 0 or `-errno`;
 * `-EINVAL` for memory that was detached before.
 */
export function shmdt(memory: MappedMemory): number {
  if (memory.buffer.byteLength === 0) return -(ERRNO.EINVAL as number);
  detach(memory.buffer);
  return withErrno(c.shmdt(memory.address));
}

/** shmctl(2), IPC_RMID: nobody finds it by its key any more, and it goes with its last attachment. Returns 0 or `-errno`. */
export function shmRemove(segment: number): number {
  return withErrno(c.shmctl(segment, IPC_RMID, null));
}

export interface ShmStat {
  key: number;
  uid: number;
  gid: number;
  creatorUid: number;
  /** The permission bits. */
  mode: number;
  /** Whether it was removed and waits for its last process to detach. */
  removed: boolean;
  /** As asked for; the memory itself is whole pages. */
  bytes: number;
  /** The process that made it, and the last that attached or detached (0: none yet). */
  creator: number;
  lastUser: number;
  /** How many attachments there are: one process may have several. */
  attachments: number;
}

/** `struct shmid_ds` on 64-bit Linux. Source: asm-generic/shmbuf.h, asm-generic/ipcbuf.h. */
const SHMID_DS_BYTES = 112;

/** shmctl(2), IPC_STAT. Returns what the kernel knows of the segment, or `-errno`. */
export function shmStat(segment: number): ShmStat | number {
  const view = new DataView(new ArrayBuffer(SHMID_DS_BYTES));
  const result = withErrno(c.shmctl(segment, IPC_STAT, new Uint8Array(view.buffer)));
  if (result < 0) return result;
  const mode = view.getUint32(20, true);
  return {
    key: view.getInt32(0, true),
    uid: view.getUint32(4, true),
    gid: view.getUint32(8, true),
    creatorUid: view.getUint32(12, true),
    mode: mode & 0o777,
    removed: (mode & SHM_DEST) !== 0,
    bytes: Number(view.getBigUint64(48, true)),
    creator: view.getInt32(80, true),
    lastUser: view.getInt32(84, true),
    attachments: Number(view.getBigUint64(88, true)),
  };
}
