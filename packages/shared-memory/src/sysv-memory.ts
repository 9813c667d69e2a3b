import { IpcError } from "@ipc-playground/contract";
import {
  check,
  ERRNO,
  IPC_CREAT,
  IPC_EXCL,
  type MappedMemory,
  type ShmStat,
  shmat,
  shmdt,
  shmget,
  shmRemove,
  shmStat,
} from "@ipc-playground/libc";
import { Mapping, type SharedMemory } from "./memory.ts";
import { checkBytes, checkHolds, checkMode, mapError } from "./memory-errors.ts";
import { usableShmTypedArray } from "./native.ts";
import { checkKey, getError, keyText } from "./sysv-errors.ts";
import { attachByPackage, createByPackage, detachByPackage } from "./typed-array-driver.ts";

/** Who attaches segments: the npm package, or libc. Both show the same bytes. */
export type SysvDriver = "shm-typed-array" | "libc";

/** The driver that is used where none is asked for: the package where it is built, else libc. */
export function defaultSysvDriver(): SysvDriver {
  try {
    usableShmTypedArray();
    return "shm-typed-array";
  } catch {
    return "libc";
  }
}

/** A System V segment that this process has attached. */
export interface SysvMemory extends SharedMemory {
  /** The kernel's number for it: it still finds the segment when its key is gone. */
  readonly id: number;
  readonly driver: SysvDriver;
}

export interface CreateSysvOptions {
  /** As asked for, all zero; the memory itself is whole pages. */
  bytes: number;
  /** Permission bits, its maker's own among them (0o600). The umask has no say. Default `0o600`. */
  mode?: number;
  driver?: SysvDriver;
}

/**
 * Make a new System V segment and attach it. It outlives this process, until it is removed.
 *
 * @throws {IpcError} MEMORY_EXISTS, MEMORY_LIMIT, BAD_ARGUMENT, NATIVE_PACKAGE_MISSING
 * @see shmget(2), shmat(2)
 */
export function createSysvMemory(key: number, options: CreateSysvOptions): SysvMemory {
  const { bytes, mode = 0o600, driver = defaultSysvDriver() } = options;
  checkKey(key);
  checkMode(mode);
  if ((mode & 0o600) !== 0o600) {
    throw new IpcError(
      "BAD_ARGUMENT",
      `with the mode 0o${mode.toString(8)}, a segment's own maker could not attach it`,
      "give its owner both, reading and writing: 0o600 and more",
    );
  }
  checkBytes(bytes);
  if (driver === "shm-typed-array") {
    const memory = createByPackage(key, bytes, mode);
    if (typeof memory === "number") throw getError(memory, key, bytes);
    return segment(shmget(key, 0, 0), memory, driver);
  }
  const id = shmget(key, bytes, IPC_CREAT | IPC_EXCL | mode);
  if (id < 0) throw getError(id, key, bytes);
  const memory = shmat(id, bytes);
  if (typeof memory !== "number") return segment(id, memory, driver);
  shmRemove(id);
  throw mapError(memory, "shmat", `the segment with key ${keyText(key)}`);
}

export interface OpenSysvOptions {
  /** What should be in it, at least. Default: whatever it has. */
  bytes?: number;
  /** The kernel then ends this process (SIGSEGV) if it writes. By libc only. */
  readOnly?: boolean;
  driver?: SysvDriver;
}

/**
 * Attach the segment that has this key, whichever program made it.
 *
 * By `shm-typed-array` a process has one attachment of a segment, however often it is opened: its views
 * become empty when the last of them is closed. By libc each opening is an attachment of its own.
 *
 * @throws {IpcError} NO_SUCH_MEMORY, NO_PERMISSION, MEMORY_FOREIGN, BAD_ARGUMENT, NATIVE_PACKAGE_MISSING
 */
export function openSysvMemory(key: number, options: OpenSysvOptions = {}): SysvMemory {
  const { readOnly = false, bytes: wanted } = options;
  const driver = options.driver ?? (readOnly ? "libc" : defaultSysvDriver());
  checkKey(key);
  if (wanted !== undefined) checkBytes(wanted);
  const id = shmget(key, 0, 0);
  if (id < 0) throw getError(id, key);
  const { bytes } = statOf(id, key);
  checkHolds(`the segment with key ${keyText(key)}`, bytes, wanted);
  checkBytes(bytes);
  const byPackage = driver === "shm-typed-array";
  if (byPackage && readOnly) {
    throw new IpcError(
      "BAD_ARGUMENT",
      "shm-typed-array cannot attach a segment for reading alone",
      'use the driver "libc" for that',
    );
  }
  const memory = byPackage ? attachByPackage(key, id) : shmat(id, bytes, { readOnly });
  if (typeof memory === "number") throw getError(memory, key);
  return segment(id, memory, driver);
}

/**
 * Remove it: its key is free at once, and the segment goes when the last process has detached.
 * `false`: there was none.
 *
 * @throws {IpcError} NO_PERMISSION: only its owner and its maker may.
 * @see shmctl(2), IPC_RMID
 */
export function removeSysvMemory(key: number): boolean {
  checkKey(key);
  const id = shmget(key, 0, 0);
  const result = id < 0 ? id : shmRemove(id);
  if ([ERRNO.ENOENT, ERRNO.EIDRM, ERRNO.EINVAL].includes(-result)) return false;
  if (result < 0) throw getError(result, key);
  return true;
}

/**
 * What the kernel knows of a segment: size, owner, who made it, how many attachments. By its key, or,
 * when that is gone, by the memory.
 *
 * @throws {IpcError} NO_SUCH_MEMORY, NO_PERMISSION
 * @see shmctl(2), IPC_STAT
 */
export function sysvMemoryStat(which: number | SysvMemory): ShmStat {
  if (typeof which !== "number") return statOf(which.id, 0);
  checkKey(which);
  const id = shmget(which, 0, 0);
  if (id < 0) throw getError(id, which);
  return statOf(id, which);
}

function statOf(id: number, key: number): ShmStat {
  const stat = shmStat(id);
  if (typeof stat !== "number") return stat;
  throw getError(stat, key);
}

function segment(id: number, memory: MappedMemory, driver: SysvDriver): SysvMemory {
  const name = `shm:[${id}]`;
  const mapping = new Mapping(name, memory, () => {
    const result = driver === "libc" ? shmdt(memory) : detachByPackage(id);
    check(result, { syscall: "shmdt", doing: `detach ${name}` });
  });
  return Object.assign(mapping, { id, driver });
}
