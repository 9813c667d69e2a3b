export {
  describeLimit,
  howToRaise,
  type KernelLimit,
  memoryRoom,
  NAME_BYTES,
  POSIX_FOLDER,
  pageBytes,
  posixRoom,
  readLimit,
  SYSV_LIMITS,
  VIEW_BYTES,
} from "./limits.ts";
export {
  type CreateMemfdOptions,
  createMemfd,
  type MapMemfdOptions,
  Memfd,
  mapMemfd,
} from "./memfd.ts";
export type { SharedMemory, ViewType } from "./memory.ts";
export { loadShmTypedArray } from "./native.ts";
export {
  type CreatePosixOptions,
  createPosixMemory,
  type OpenPosixOptions,
  openPosixMemory,
  unlinkPosixMemory,
} from "./posix-memory.ts";
export { createRing, RING_CAPACITY, RING_HEADER_BYTES } from "./ring-layout.ts";
export { RingReader } from "./ring-reader.ts";
export type { Waiting, Waits } from "./ring-wait.ts";
export { type RingOptions, RingWriter } from "./ring-writer.ts";
export type { Seal } from "./seals.ts";
export { createSeqlock, SEQLOCK_HEADER_BYTES, SeqlockReader, SeqlockWriter } from "./seqlock.ts";
export { keyText } from "./sysv-errors.ts";
export { listSysvMemory, type SysvMemoryLine } from "./sysv-list.ts";
export {
  type CreateSysvOptions,
  createSysvMemory,
  defaultSysvDriver,
  type OpenSysvOptions,
  openSysvMemory,
  removeSysvMemory,
  type SysvDriver,
  type SysvMemory,
  sysvMemoryStat,
} from "./sysv-memory.ts";
