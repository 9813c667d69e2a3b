export { FutexLock, type LockResult } from "./futex-lock.ts";
export { FUTEX_SEMAPHORE_WORDS, FutexSemaphore, placeFutexSemaphore } from "./futex-semaphore.ts";
export type { FutexOptions } from "./futex-word.ts";
export {
  describeLimit,
  howToRaise,
  type KernelLimit,
  NAME_BYTES,
  readLimit,
  SEM_VALUE_MAX,
  SEMVMX,
  SYSV_LIMITS,
} from "./limits.ts";
export { checkName } from "./posix-errors.ts";
export {
  type CreatePosixSemaphoreOptions,
  createPosixSemaphore,
  openPosixSemaphore,
  placeSemaphore,
  semaphoreAt,
  unlinkPosixSemaphore,
} from "./posix-open.ts";
export { PosixSemaphore } from "./posix-semaphore.ts";
export { keyText } from "./sysv-errors.ts";
export { listSemaphoreSets, type SemaphoreSetLine } from "./sysv-list.ts";
export { SetMember } from "./sysv-member.ts";
export {
  type CreateOrOpenSemaphoreSetOptions,
  type CreateSemaphoreSetOptions,
  createOrOpenSemaphoreSet,
  createSemaphoreSet,
  openSemaphoreSet,
} from "./sysv-open.ts";
export type { OperateOptions, OperateResult, Operation, UndoOption } from "./sysv-operations.ts";
export { SemaphoreSet } from "./sysv-set.ts";
export { circleIn, type PendingSemop, pendingSemop, type WaitsFor, waitForGraph } from "./wait-for.ts";
export type { AsyncWaits, Held, Semaphore, WaitResult, Waits } from "./waits.ts";
