export { bind, callInPool, withErrno } from "./binding.ts";
export {
  EPOLLERR,
  EPOLLET,
  EPOLLEXCLUSIVE,
  EPOLLHUP,
  EPOLLIN,
  EPOLLONESHOT,
  EPOLLOUT,
  EPOLLRDHUP,
  EpollEvents,
  epollControl,
  epollCreate,
  epollCreateOfSize,
  epollWait,
} from "./epoll.ts";
export { callError, check, ERRNO, errnoSymbol, errnoText, type FailedCall } from "./errno.ts";
export { eventfd, setTimerfd, timerfd } from "./event-descriptor.ts";
export {
  duplicate,
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
export { F_UNLCK, F_WRLCK, flock, LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN, lockBytes } from "./flock.ts";
export {
  type FutexWord,
  futexLockPi,
  futexTryLockPi,
  futexUnlockPi,
  futexWait,
  futexWaitInPool,
  futexWake,
} from "./futex.ts";
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
export {
  addSeals,
  F_SEAL_FUTURE_WRITE,
  F_SEAL_GROW,
  F_SEAL_SEAL,
  F_SEAL_SHRINK,
  F_SEAL_WRITE,
  getSeals,
  memfdCreate,
} from "./memfd.ts";
export { detach, locateMemory, type MappedMemory } from "./memory.ts";
export {
  MAP_ANONYMOUS,
  MAP_PRIVATE,
  MAP_SHARED,
  type MmapOptions,
  mmap,
  mprotect,
  munmap,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
} from "./mmap.ts";
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
export {
  attachFilter,
  bringInterfaceUp,
  type FilterInstruction,
  openPacketSocket,
  openRawTcpSocket,
  packetTime,
  type ReceivedPacket,
  realtimeAhead,
  receivePacket,
} from "./packet.ts";
export { pipe2 } from "./pipe.ts";
export { PollSet } from "./poll-set.ts";
export {
  type PosixSemaphoreHandle,
  SEM_T_BYTES,
  SEM_VALUE_MAX,
  semClose,
  semDestroy,
  semGetValue,
  semInit,
  semOpen,
  semPost,
  semTryWait,
  semUnlink,
  semWait,
  semWaitInPool,
} from "./posix-sem.ts";
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
export { type MemoryMap, memoryMaps } from "./proc-maps.ts";
export { networkCounters, TCP_STATES, type TcpSocket, type TcpState, tcpSockets } from "./proc-net.ts";
export { type SignalStatus, signalStatus, threadIds } from "./proc-signals.ts";
export { type UdpSocketLine, udpSockets } from "./proc-udp.ts";
export { kill, setParentDeathSignal } from "./process.ts";
export { processGroup, setProcessGroup } from "./process-group.ts";
export { openRawUdpSocket } from "./raw-udp.ts";
export { type ResourceUsage, resourceUsage } from "./resource.ts";
export { type ResourceLimit, resourceLimit, setSoftLimit } from "./rlimit.ts";
export { getAffinity, SCHED_FIFO, SCHED_IDLE, setAffinity, setScheduler } from "./sched.ts";
export { forbidCalls } from "./seccomp.ts";
export { setsid } from "./session.ts";
export { fallocate, ftruncate, shmOpen, shmUnlink } from "./shm.ts";
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
export {
  accept,
  bindSocket,
  connectSocket,
  listen,
  peerName,
  type SocketFamily,
  type SocketFlags,
  type SocketType,
  shutdown,
  socket,
  socketName,
  socketpair,
} from "./socket.ts";
export { type SocketAddress, UNIX_PATH_MAX_BYTES } from "./socket-address.ts";
export {
  MSG_CTRUNC,
  MSG_DONTWAIT,
  MSG_PEEK,
  MSG_TRUNC,
  type ReceivedFrom,
  type ReceivedMessage,
  receiveMessage,
  recv,
  recvFrom,
  SCM_MAX_FD,
  send,
  sendDescriptors,
  sendTo,
} from "./socket-message.ts";
export {
  getSocketOption,
  joinMulticastGroup,
  type ListenQueue,
  listenQueue,
  type PeerCredentials,
  peerCredentials,
  type SocketOption,
  setLinger,
  setSocketOption,
  type TcpInfo,
  tcpInfo,
} from "./socket-option.ts";
export { setMulticastInterface, setSocketTimeout } from "./socket-timeout.ts";
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
export {
  type PreparedOperations,
  prepareOperations,
  SEM_UNDO,
  type SemaphoreOperation,
  type SemSetStat,
  semget,
  semLastPid,
  semop,
  semopInPool,
  semRemove,
  semSetMode,
  semSetValue,
  semSetValues,
  semStat,
  semValue,
  semValues,
  semWaiters,
  semZeroWaiters,
} from "./sysv-sem.ts";
export { type ShmStat, shmat, shmdt, shmget, shmRemove, shmStat } from "./sysv-shm.ts";
export { readFully, writeFully } from "./transfer.ts";
export { type Watch, type WatchedEvents, watchDescriptor } from "./watch.ts";
