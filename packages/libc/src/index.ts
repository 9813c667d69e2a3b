export { bind, callInPool, withErrno } from "./binding.ts";
export { callError, check, ERRNO, errnoSymbol, errnoText, type FailedCall } from "./errno.ts";
export {
  getPipeSize,
  getStatusFlags,
  O_ACCMODE,
  O_APPEND,
  O_CLOEXEC,
  O_DIRECT,
  O_NONBLOCK,
  setInheritable,
  setNonBlocking,
  setPipeSize,
  setStatusFlags,
} from "./fcntl.ts";
export { mkfifo, O_RDONLY, O_RDWR, O_WRONLY, open } from "./fifo.ts";
export {
  close,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  type PollRequest,
  poll,
  pollAsync,
  read,
  write,
} from "./io.ts";
export { type Library, loadLibrary } from "./library.ts";
export { memfdCreate } from "./memfd.ts";
export {
  mqGetAttributes,
  mqNotify,
  mqOpen,
  mqReceive,
  mqReceiveInPool,
  mqSend,
  mqUnlink,
  type PriorityCell,
  type QueueAttributes,
} from "./mqueue.ts";
export { pipe2 } from "./pipe.ts";
export {
  allPids,
  type BlockedCall,
  blockedCall,
  descriptorFlags,
  descriptorTarget,
  type OpenDescriptor,
  openDescriptors,
  type ProcessStat,
  processStat,
  waitChannel,
} from "./proc.ts";
export { type SignalStatus, signalStatus, threadIds } from "./proc-signals.ts";
export { kill, setParentDeathSignal } from "./process.ts";
export { processGroup, setProcessGroup } from "./process-group.ts";
export { type ResourceUsage, resourceUsage } from "./resource.ts";
export { type ResourceLimit, resourceLimit, setSoftLimit } from "./rlimit.ts";
export { getAffinity, setAffinity } from "./sched.ts";
export { setsid } from "./session.ts";
export { signalOnInput } from "./sigio.ts";
export {
  changeSignalMask,
  getSignalAction,
  pendingSignals,
  SA_NODEFER,
  SA_RESTART,
  SA_SIGINFO,
  type SignalAction,
  setDisposition,
  setSignalFlags,
  signalMask,
  sigrtmax,
  sigrtmin,
} from "./signal.ts";
export {
  decodeSignalfdInfo,
  SI_QUEUE,
  SI_USER,
  SIGNALFD_INFO_BYTES,
  type SignalInfo,
  SignalWait,
  signalfd,
  sigqueue,
  sigqueueToThread,
  tgkill,
} from "./sigqueue.ts";
export { tee } from "./splice.ts";
export {
  ftok,
  IPC_CREAT,
  IPC_EXCL,
  IPC_NOWAIT,
  IPC_PRIVATE,
  MSG_COPY,
  MSG_EXCEPT,
  MSG_NOERROR,
  MSG_TYPE_BYTES,
  type MsgQueueStat,
  msgget,
  msgRemove,
  msgrcv,
  msgrcvInPool,
  msgSetMaxBytes,
  msgStat,
  msgsnd,
} from "./sysv-msg.ts";
export { readFully, writeFully } from "./transfer.ts";
export { type Watch, type WatchedEvents, watchDescriptor } from "./watch.ts";
