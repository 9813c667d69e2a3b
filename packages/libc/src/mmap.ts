import { bind, withErrno } from "./binding.ts";
import { ERRNO } from "./errno.ts";
import { detach, type MappedMemory, showMemory } from "./memory.ts";

const c = {
  mmap: bind<
    (
      address: bigint | null,
      bytes: number,
      protection: number,
      flags: number,
      fd: number,
      offset: number,
    ) => bigint
  >("intptr_t mmap(void *addr, size_t length, int prot, int flags, int fd, int64_t offset)"),
  munmap: bind<(address: bigint, bytes: number) => number>("int munmap(void *addr, size_t length)"),
  mprotect: bind<(address: bigint, bytes: number, protection: number) => number>(
    "int mprotect(void *addr, size_t len, int prot)",
  ),
};

// Source: asm-generic/mman-common.h, linux/mman.h. The same on x64 and arm64.
export const PROT_NONE = 0x0;
export const PROT_READ = 0x1;
export const PROT_WRITE = 0x2;
/** Writes are seen by every process that maps the same object. */
export const MAP_SHARED = 0x01;
/** Writes stay in this process: a copy is made of each page that is written to. */
export const MAP_PRIVATE = 0x02;
/** No file behind it. */
export const MAP_ANONYMOUS = 0x20;

export interface MmapOptions {
  /** PROT_… bits. Default: PROT_READ | PROT_WRITE. */
  protection?: number;
  /** MAP_… bits. Default: MAP_SHARED. */
  flags?: number;
  /** Where in the file it begins, in bytes: a multiple of the page size. Default: 0. */
  offset?: number;
}

/**
 * mmap(2): map `bytes` bytes of an open file or memory object into this process. `fd` -1 with
 * MAP_ANONYMOUS. The mapping outlives the descriptor. Returns it, or `-errno`.
 *
 * Touching a page past the end of the object ends the process with SIGBUS; writing to a mapping
 * without PROT_WRITE ends it with SIGSEGV: the kernel checks nothing here, and neither does this.
 */
export function mmap(fd: number, bytes: number, options: MmapOptions = {}): MappedMemory | number {
  const { protection = PROT_READ | PROT_WRITE, flags = MAP_SHARED, offset = 0 } = options;
  const result = c.mmap(null, bytes, protection, flags, fd, offset);
  const failed = withErrno(Number(result));
  if (failed < 0) return failed;
  return showMemory(BigInt(result), bytes);
}

/**
 * munmap(2), after its buffer was taken away from every view: see {@link detach}. Returns 0 or `-errno`;
 * `-EINVAL` for a mapping that was unmapped before.
 */
export function munmap(mapping: MappedMemory): number {
  const bytes = mapping.buffer.byteLength;
  if (bytes === 0) return -(ERRNO.EINVAL as number);
  detach(mapping.buffer);
  return withErrno(c.munmap(mapping.address, bytes));
}

/** mprotect(2): change what may be done with the pages of a mapping. Returns 0 or `-errno`. */
export function mprotect(mapping: MappedMemory, protection: number): number {
  return withErrno(c.mprotect(mapping.address, mapping.buffer.byteLength, protection));
}
