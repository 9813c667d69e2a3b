import { constants, fstatSync } from "node:fs";
import {
  check,
  close,
  ERRNO,
  fallocate,
  ftruncate,
  mmap,
  munmap,
  PROT_READ,
  PROT_WRITE,
  shmOpen,
  shmUnlink,
} from "@ipc-playground/libc";
import { Mapping, type SharedMemory } from "./memory.ts";
import { checkBytes, checkHolds, checkMode, checkRoom, mapError } from "./memory-errors.ts";
import { checkName, noRoom, notMemory, openError } from "./posix-errors.ts";

const { O_CREAT, O_EXCL, O_RDWR, O_RDONLY, O_NONBLOCK } = constants;

export interface CreatePosixOptions {
  /** How large it is to be: other programs see exactly that many bytes, all zero. */
  bytes: number;
  /** Permission bits, of which the umask takes away its own. Default `0o600`: this user only. */
  mode?: number;
}

/**
 * Make a new POSIX shared memory object and map it. It outlives this process, until it is unlinked.
 * Its memory is taken now: a full /dev/shm is an error here, not a SIGBUS when it is touched.
 *
 * A process that opens it in the moment between its making and its sizing is refused (MEMORY_FOREIGN).
 *
 * @throws {IpcError} BAD_MEMORY_NAME, MEMORY_EXISTS, MEMORY_LIMIT, BAD_ARGUMENT
 * @see shm_open(3), ftruncate(2), fallocate(2), mmap(2)
 */
export function createPosixMemory(name: string, options: CreatePosixOptions): SharedMemory {
  const { bytes, mode = 0o600 } = options;
  checkName(name);
  checkMode(mode);
  checkBytes(bytes);
  const fd = shmOpen(name, O_CREAT | O_EXCL | O_RDWR, mode);
  if (fd < 0) throw openError(fd, name);
  try {
    check(ftruncate(fd, bytes), { syscall: "ftruncate", doing: `give ${name} ${bytes} bytes` });
    takeMemory(fd, name, bytes);
    return mapObject(fd, name, bytes, false);
  } catch (error) {
    shmUnlink(name);
    throw error;
  } finally {
    // The mapping does not need it.
    close(fd);
  }
}

export interface OpenPosixOptions {
  /** What should be in it, at least: the first so many bytes are mapped. Default: all that it has. */
  bytes?: number;
  /** The kernel then ends this process (SIGSEGV) if it writes. */
  readOnly?: boolean;
}

/**
 * Map the object of this name, whichever program made it.
 *
 * @throws {IpcError} BAD_MEMORY_NAME, NO_SUCH_MEMORY, NO_PERMISSION, MEMORY_FOREIGN, MEMORY_LIMIT
 */
export function openPosixMemory(name: string, options: OpenPosixOptions = {}): SharedMemory {
  const { bytes: wanted, readOnly = false } = options;
  checkName(name);
  if (wanted !== undefined) checkBytes(wanted);
  // Without O_NONBLOCK, a FIFO of that name would keep us waiting for its other end.
  const fd = shmOpen(name, (readOnly ? O_RDONLY : O_RDWR) | O_NONBLOCK);
  if (fd < 0) throw openError(fd, name);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw notMemory(name);
    checkHolds(`the shared memory ${name}`, stat.size, wanted);
    const bytes = wanted ?? stat.size;
    checkBytes(bytes);
    // Its maker may not have taken its memory: then we do, as far as we may.
    if (!readOnly && stat.blocks * 512 < bytes) takeMemory(fd, name, bytes);
    return mapObject(fd, name, bytes, readOnly);
  } finally {
    close(fd);
  }
}

/**
 * Remove the name. Whoever has the memory mapped goes on using it; it is gone with the last of them.
 * `false`: there was no such name.
 *
 * @see shm_unlink(3)
 */
export function unlinkPosixMemory(name: string): boolean {
  checkName(name);
  const result = shmUnlink(name);
  if (result === -(ERRNO.ENOENT as number)) return false;
  check(result, { syscall: "shm_unlink", doing: `unlink the shared memory ${name}` });
  return true;
}

function takeMemory(fd: number, name: string, bytes: number): void {
  checkRoom(bytes);
  const result = fallocate(fd, bytes);
  if (result === 0) return;
  const full = [ERRNO.ENOSPC, ERRNO.ENOMEM, ERRNO.EFBIG].includes(-result);
  if (full) throw noRoom(result, name, bytes);
  check(result, { syscall: "fallocate", doing: `take ${bytes} bytes for ${name}` });
}

function mapObject(fd: number, name: string, bytes: number, readOnly: boolean): SharedMemory {
  const memory = mmap(fd, bytes, { protection: readOnly ? PROT_READ : PROT_READ | PROT_WRITE });
  if (typeof memory === "number") throw mapError(memory, "mmap", `the shared memory ${name}`);
  return new Mapping(`shm:[${fstatSync(fd).ino}]`, memory, () => {
    check(munmap(memory), { syscall: "munmap", doing: `unmap ${name}` });
  });
}
