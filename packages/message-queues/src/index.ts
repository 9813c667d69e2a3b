export type { EventLoopQueue } from "./event-loop-queue.ts";
export {
  type Accepted,
  Assembler,
  type AssemblerOptions,
  FRAGMENT_HEADER_BYTES,
  type FragmentId,
  type Lost,
  splitMessage,
} from "./fragments.ts";
export { openLibcQueue } from "./libc-queue.ts";
export {
  describeLimit,
  howToRaise,
  type KernelLimit,
  NAME_BYTES,
  PORTABLE_PRIORITIES,
  POSIX_LIMITS,
  PRIORITIES,
  readLimit,
  SYSV_LIMITS,
} from "./limits.ts";
export { loadPosixMq, usablePosixMq } from "./native.ts";
export { checkName, type QueueSize } from "./posix-errors.ts";
export { openPosixMqQueue } from "./posix-mq-queue.ts";
export {
  type CreatePosixOptions,
  createPosixQueue,
  openPosixQueue,
  unlinkPosixQueue,
} from "./posix-open.ts";
export {
  type PosixMessage,
  PosixQueue,
  type PosixReceiveResult,
  type PosixSendResult,
  type Waits,
} from "./posix-queue.ts";
export { type QueueStatus, readStatus } from "./posix-status.ts";
export { keyText } from "./sysv-errors.ts";
export { listOwn, listSysvQueues, type SysvQueueLine } from "./sysv-list.ts";
export { type Listener, listenSysv, receiveSysv } from "./sysv-listen.ts";
export { type CreateSysvOptions, createSysvQueue, openSysvQueue } from "./sysv-open.ts";
export {
  type SysvMessage,
  SysvQueue,
  type SysvReceiveOptions,
  type SysvReceiveResult,
  type SysvSendResult,
} from "./sysv-queue.ts";
