import { fstatSync } from "node:fs";
import { IpcError } from "@ipc-playground/contract";
import {
  check,
  close,
  ERRNO,
  fallocate,
  ftruncate,
  memfdCreate,
  mmap,
  munmap,
  PROT_READ,
  PROT_WRITE,
} from "@ipc-playground/libc";
import { Mapping, type SharedMemory } from "./memory.ts";
import { checkBytes, checkHolds, checkRoom, foreign, mapError } from "./memory-errors.ts";
import { addSealsTo, type Seal, sealedAgainst, sealsOf } from "./seals.ts";

export interface CreateMemfdOptions {
  bytes: number;
  /** Whether it may be sealed. Default: no. */
  sealable?: boolean;
  /** Shows in /proc only; need not be unique. */
  name?: string;
}

export interface MapMemfdOptions {
  /** What should be in it, at least: the first so many bytes are mapped. Default: all that it has. */
  bytes?: number;
  /** The kernel then ends this process (SIGSEGV) if it writes. */
  readOnly?: boolean;
  /** Refuse a file without these. Without `shrink`, whoever has it can end us with SIGBUS by cutting it. */
  sealed?: readonly Seal[];
}

/**
 * Make memory without a name: it is reached through its descriptor, which another process inherits or
 * is sent, and is gone with the last descriptor and mapping. Nothing can be left behind.
 *
 * @throws {IpcError} BAD_ARGUMENT, MEMORY_LIMIT
 * @see memfd_create(2)
 */
export function createMemfd(options: CreateMemfdOptions): Memfd {
  const { bytes, sealable = false, name = "memory" } = options;
  checkBytes(bytes);
  const fd = memfdCreate(name, { sealable });
  check(fd, { syscall: "memfd_create", doing: `make a memory file of ${bytes} bytes` });
  const memfd = new Memfd(fd);
  try {
    memfd.resize(bytes);
    return memfd;
  } catch (error) {
    memfd.close();
    throw error;
  }
}

/**
 * Map a memory file that was handed over as a descriptor. The descriptor may be closed afterwards.
 *
 * @throws {IpcError} MEMORY_FOREIGN: too short, not a file, or without the seals; MEMORY_SEALED: against
 *   writing; BAD_DESCRIPTOR
 */
export function mapMemfd(fd: number, options: MapMemfdOptions = {}): SharedMemory {
  const { bytes: wanted, readOnly = false, sealed = [] } = options;
  const stat = statOf(fd);
  const name = `memfd:[${stat.ino}]`;
  if (!stat.isFile()) throw foreign(`descriptor ${fd} leads to no memory`, "hand over the right one");
  const lacking = sealed.filter((seal) => !sealsOf(fd).includes(seal));
  if (lacking.length > 0) {
    throw foreign(
      `${name} is not sealed against: ${lacking.join(", ")}`,
      "have its maker seal it before it is handed over",
    );
  }
  checkHolds(name, stat.size, wanted);
  const bytes = wanted ?? stat.size;
  checkBytes(bytes);
  const memory = mmap(fd, bytes, { protection: readOnly ? PROT_READ : PROT_READ | PROT_WRITE });
  if (memory === -(ERRNO.EPERM as number)) throw sealedAgainst(memory, "mmap", `${name} to be written`);
  if (typeof memory === "number") throw mapError(memory, "mmap", name);
  return new Mapping(name, memory, () => {
    check(munmap(memory), { syscall: "munmap", doing: `unmap ${name}` });
  });
}

/** A memory file, as long as its descriptor is open in this process. */
export class Memfd implements Disposable {
  /** For logs: `memfd:[7]`, its inode. */
  readonly name: string;
  readonly #fd: number;
  #closed = false;

  constructor(fd: number) {
    this.name = `memfd:[${statOf(fd).ino}]`;
    this.#fd = fd;
  }

  /** @throws {IpcError} ALREADY_CLOSED */
  get fd(): number {
    if (!this.#closed) return this.#fd;
    throw new IpcError("ALREADY_CLOSED", `${this.name} is closed in this process`, "use it before close()");
  }

  get bytes(): number {
    return statOf(this.fd).size;
  }

  /** See {@link mapMemfd}. The mapping outlives this object. */
  map(options: MapMemfdOptions = {}): SharedMemory {
    return mapMemfd(this.fd, options);
  }

  /**
   * Forbid something for good, to everybody who has it.
   *
   * @throws {IpcError} MEMORY_SEALED: it takes no (more) seals.
   * @throws {IpcError} SYSTEM_CALL_FAILED with EBUSY: `write`, and somebody has it mapped for writing.
   */
  seal(...seals: Seal[]): void {
    addSealsTo(this.fd, this.name, seals);
  }

  seals(): Seal[] {
    return sealsOf(this.fd);
  }

  /**
   * Change its size. More memory is taken now, and is zero; what is cut off is lost, and whoever touches
   * it in a mapping ends with SIGBUS.
   *
   * @throws {IpcError} MEMORY_SEALED, MEMORY_LIMIT, BAD_ARGUMENT
   */
  resize(bytes: number): void {
    checkBytes(bytes);
    checkRoom(bytes - this.bytes);
    const grows = bytes > this.bytes;
    const result = ftruncate(this.fd, bytes);
    if (result === -(ERRNO.EPERM as number))
      throw sealedAgainst(result, "ftruncate", `${this.name} to have ${bytes} bytes`);
    check(result, { syscall: "ftruncate", doing: `give ${this.name} ${bytes} bytes` });
    if (!grows) return;
    const taken = fallocate(this.fd, bytes);
    check(taken, { syscall: "fallocate", doing: `take ${bytes} bytes`, code: "MEMORY_LIMIT" });
  }

  /** Close the descriptor. Mappings stay. Twice is harmless. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    close(this.#fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function statOf(fd: number) {
  try {
    return fstatSync(fd);
  } catch (cause) {
    throw new IpcError("BAD_DESCRIPTOR", `descriptor ${fd} is not open`, "hand over one that is", { cause });
  }
}
