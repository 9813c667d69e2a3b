import { bind, callInPool, withErrno } from "./binding.ts";

const c = {
  msgget: bind<(key: number, flags: number) => number>("int msgget(int key, int msgflg)"),
  msgsnd: bind<(queue: number, message: Uint8Array, bytes: number, flags: number) => number>(
    "int msgsnd(int msqid, const void *msgp, size_t msgsz, int msgflg)",
  ),
  msgrcv: bind<(queue: number, message: Uint8Array, bytes: number, type: number, flags: number) => number>(
    "ssize_t msgrcv(int msqid, void *msgp, size_t msgsz, long msgtyp, int msgflg)",
  ),
  msgctl: bind<(queue: number, command: number, buffer: Uint8Array | null) => number>(
    "int msgctl(int msqid, int op, void *buf)",
  ),
  ftok: bind<(path: string, project: number) => number>("int ftok(const char *pathname, int proj_id)"),
};

// Source: linux/ipc.h, linux/msg.h. The same on every architecture.
export const IPC_PRIVATE = 0;
export const IPC_CREAT = 0o1000;
export const IPC_EXCL = 0o2000;
export const IPC_NOWAIT = 0o4000;
export const MSG_NOERROR = 0o10000;
/** Receive the first message whose type is another than the given one. Linux only. */
export const MSG_EXCEPT = 0o20000;
/** Leave the message in the queue, and take `type` as its ordinal number. Linux only; needs IPC_NOWAIT. */
export const MSG_COPY = 0o40000;
const IPC_RMID = 0;
const IPC_SET = 1;
const IPC_STAT = 2;

/** A message as the kernel takes it: the type in the first 8 bytes, then the text. */
export const MSG_TYPE_BYTES = 8;

/** msgget(2). `flags`: IPC_CREAT, IPC_EXCL and the permission bits. Returns the queue's id, or `-errno`. */
export function msgget(key: number, flags: number): number {
  return withErrno(c.msgget(key | 0, flags));
}

/** msgsnd(2) of a message that begins with its type. Returns 0 or `-errno`. */
export function msgsnd(queue: number, message: Uint8Array, flags = 0): number {
  return withErrno(c.msgsnd(queue, message, message.length - MSG_TYPE_BYTES, flags));
}

/**
 * msgrcv(2) into a buffer that gets the type first. `type` 0: the oldest; n > 0: the oldest of
 * type n; n < 0: the lowest type that is at most |n|. Returns the bytes of the text, or `-errno`.
 */
export function msgrcv(queue: number, message: Uint8Array, type: number, flags = 0): number {
  return withErrno(c.msgrcv(queue, message, message.length - MSG_TYPE_BYTES, type, flags));
}

/** {@link msgrcv} in the thread pool. There is no timed form: use IPC_NOWAIT; see {@link callInPool}. */
export function msgrcvInPool(
  queue: number,
  message: Uint8Array,
  type: number,
  flags: number,
): Promise<number> {
  return callInPool(c.msgrcv, queue, message, message.length - MSG_TYPE_BYTES, type, flags);
}

/** msgctl(2), IPC_RMID: the queue is gone at once, and whoever sleeps on it gets EIDRM. Returns 0 or `-errno`. */
export function msgRemove(queue: number): number {
  return withErrno(c.msgctl(queue, IPC_RMID, null));
}

export interface MsgQueueStat {
  key: number;
  uid: number;
  gid: number;
  creatorUid: number;
  /** The permission bits. */
  mode: number;
  /** Bytes in the queue now. */
  bytes: number;
  /** Messages in the queue now. */
  messages: number;
  /** The most bytes that it takes. */
  maxBytes: number;
  /** The last process that sent, and the last that received; 0 if none did. */
  lastSender: number;
  lastReceiver: number;
}

/** `struct msqid_ds` on 64-bit Linux. Source: asm-generic/msgbuf.h, asm-generic/ipcbuf.h. */
const MSQID_DS_BYTES = 120;
const QBYTES_OFFSET = 88;

/** msgctl(2), IPC_STAT. Returns what the kernel knows of the queue, or `-errno`. */
export function msgStat(queue: number): MsgQueueStat | number {
  const view = new DataView(new ArrayBuffer(MSQID_DS_BYTES));
  const result = withErrno(c.msgctl(queue, IPC_STAT, new Uint8Array(view.buffer)));
  if (result < 0) return result;
  return {
    key: view.getInt32(0, true),
    uid: view.getUint32(4, true),
    gid: view.getUint32(8, true),
    creatorUid: view.getUint32(12, true),
    mode: view.getUint32(20, true) & 0o777,
    bytes: Number(view.getBigUint64(72, true)),
    messages: Number(view.getBigUint64(80, true)),
    maxBytes: Number(view.getBigUint64(QBYTES_OFFSET, true)),
    lastSender: view.getInt32(96, true),
    lastReceiver: view.getInt32(100, true),
  };
}

/** msgctl(2), IPC_SET of the most bytes that the queue takes. Returns 0 or `-errno`. */
export function msgSetMaxBytes(queue: number, bytes: number): number {
  const view = new DataView(new ArrayBuffer(MSQID_DS_BYTES));
  const buffer = new Uint8Array(view.buffer);
  const read = withErrno(c.msgctl(queue, IPC_STAT, buffer));
  if (read < 0) return read;
  view.setBigUint64(QBYTES_OFFSET, BigInt(bytes), true);
  return withErrno(c.msgctl(queue, IPC_SET, buffer));
}

/** ftok(3): a key from a file's device and inode and 8 bits. Collisions happen. Returns the key, or `-errno`. */
export function ftok(path: string, project: number): number {
  return withErrno(c.ftok(path, project));
}
