import { IpcError } from "@ipc-playground/contract";
import {
  ERRNO,
  IPC_NOWAIT,
  MSG_COPY,
  MSG_EXCEPT,
  MSG_NOERROR,
  MSG_TYPE_BYTES,
  type MsgQueueStat,
  msgRemove,
  msgrcv,
  msgSetMaxBytes,
  msgStat,
  msgsnd,
} from "@ipc-playground/libc";
import { howToRaise, readLimit, SYSV_LIMITS } from "./limits.ts";
import { goneOr, receiveError, sendError } from "./sysv-errors.ts";

export interface SysvMessage {
  readonly kind: "message";
  readonly type: number;
  /** The caller's own copy. */
  readonly bytes: Uint8Array;
}

/** `would-block`: full, and the caller did not want to wait. `interrupted`: a signal came while it waited. */
export type SysvSendResult = { readonly kind: "sent" | "would-block" | "interrupted" };
export type SysvReceiveResult = SysvMessage | { readonly kind: "would-block" | "interrupted" };

export interface SysvReceiveOptions {
  /** 0 (default): the oldest. n: the oldest of type n. -n: the oldest of the lowest type that is at most n. */
  type?: number;
  /** With a positive type: the oldest of any other type (MSG_EXCEPT). Linux only. */
  except?: boolean;
  /** Return at once if there is none (IPC_NOWAIT). */
  noWait?: boolean;
  /** Room for the text, in bytes. Default: the longest message that the system allows. */
  roomBytes?: number;
  /** Cut a message that is longer than the room; what is cut off is lost (MSG_NOERROR). */
  truncate?: boolean;
}

const SENT: SysvSendResult = { kind: "sent" };
const WOULD_BLOCK = { kind: "would-block" } as const;
const INTERRUPTED = { kind: "interrupted" } as const;
const EAGAIN = -(ERRNO.EAGAIN as number);
const ENOMSG = -(ERRNO.ENOMSG as number);
const EINTR = -(ERRNO.EINTR as number);
/** Where msgmax cannot be read: its value since Linux 2.2, in bytes. */
const DEFAULT_MESSAGE_BYTES = 8_192;

/** A System V message queue of this kernel. It stays until somebody removes it. */
export class SysvQueue {
  /** The kernel's number for it, the same in every process. */
  readonly id: number;
  /** Its name in /proc-like form, for logs: `queue:[5]`. */
  readonly name: string;
  #buffer: Buffer;

  constructor(id: number) {
    this.id = id;
    this.name = `queue:[${id}]`;
    this.#buffer = Buffer.alloc(
      MSG_TYPE_BYTES + (readLimit(SYSV_LIMITS.messageBytes) ?? DEFAULT_MESSAGE_BYTES),
    );
  }

  /**
   * Put one whole message in, or nothing. A full queue makes it sleep, event loop and all, unless
   * `noWait` is set. `type` is a whole number from 1.
   *
   * @throws {IpcError} QUEUE_REMOVED, MESSAGE_TOO_LONG, BAD_ARGUMENT, NO_PERMISSION
   * @see msgsnd(2)
   */
  send(type: number, bytes: Uint8Array, options: { noWait?: boolean } = {}): SysvSendResult {
    const size = MSG_TYPE_BYTES + bytes.length;
    if (size > this.#buffer.length) this.#buffer = Buffer.alloc(size);
    const buffer = this.#buffer;
    writeType(buffer, type);
    buffer.set(bytes, MSG_TYPE_BYTES);
    const result = msgsnd(this.id, buffer.subarray(0, size), options.noWait ? IPC_NOWAIT : 0);
    if (result === 0) return SENT;
    if (result === EAGAIN) return WOULD_BLOCK;
    if (result === EINTR) return INTERRUPTED;
    throw sendError(result, this.name, type, bytes.length);
  }

  /**
   * Take one message out. Sleeps until there is one that fits `type`, event loop and all, unless
   * `noWait` is set.
   *
   * @throws {IpcError} QUEUE_REMOVED, BUFFER_TOO_SMALL (the message stays), NO_PERMISSION
   * @see msgrcv(2)
   */
  receive(options: SysvReceiveOptions = {}): SysvReceiveResult {
    return this.#take(options.type ?? 0, flagsOf(options), options.roomBytes);
  }

  /**
   * As {@link receive}, with the text into the caller's buffer, which is also the room for it.
   * Returns the number of bytes that came.
   *
   * @throws {IpcError} QUEUE_REMOVED, BUFFER_TOO_SMALL (the message stays), NO_PERMISSION
   */
  receiveInto(
    buffer: Uint8Array,
    options: Omit<SysvReceiveOptions, "roomBytes"> = {},
  ): number | Exclude<SysvReceiveResult, SysvMessage> {
    const room = this.#room(buffer.length);
    const result = msgrcv(this.id, room, options.type ?? 0, flagsOf(options));
    if (result >= 0) {
      room.copy(buffer, 0, MSG_TYPE_BYTES, MSG_TYPE_BYTES + result);
      return result;
    }
    return this.#noMessage(result, buffer.length);
  }

  /**
   * A copy of the message at that place, 0 being the oldest; it stays in the queue. Linux only.
   *
   * @throws {IpcError} SYSTEM_CALL_FAILED: the kernel was built without it.
   * @see msgrcv(2), MSG_COPY
   */
  peek(place: number): SysvMessage | { readonly kind: "would-block" } {
    const result = this.#take(place, MSG_COPY | IPC_NOWAIT, undefined);
    return result.kind === "message" ? result : WOULD_BLOCK;
  }

  #take(type: number, flags: number, roomBytes: number | undefined): SysvReceiveResult {
    const buffer = roomBytes === undefined ? this.#buffer : this.#room(roomBytes);
    const result = msgrcv(this.id, buffer, type, flags);
    if (result >= 0) {
      return {
        kind: "message",
        type: readType(buffer),
        bytes: new Uint8Array(buffer.subarray(MSG_TYPE_BYTES, MSG_TYPE_BYTES + result)),
      };
    }
    return this.#noMessage(result, buffer.length - MSG_TYPE_BYTES);
  }

  #noMessage(result: number, roomBytes: number): { kind: "would-block" | "interrupted" } {
    if (result === ENOMSG || result === EAGAIN) return WOULD_BLOCK;
    if (result === EINTR) return INTERRUPTED;
    throw receiveError(result, this.name, roomBytes);
  }

  #room(bytes: number): Buffer {
    const size = MSG_TYPE_BYTES + bytes;
    if (size > this.#buffer.length) this.#buffer = Buffer.alloc(size);
    return this.#buffer.subarray(0, size);
  }

  /** What the kernel knows of it: messages, bytes, owner, last sender and receiver. msgctl(2), IPC_STAT */
  stat(): MsgQueueStat {
    const stat = msgStat(this.id);
    if (typeof stat === "number") throw goneOr(stat, this.name, "msgctl", "ask about");
    return stat;
  }

  /**
   * Change how many bytes it takes. Less than is in it is allowed: then it is full for a while.
   *
   * @throws {IpcError} QUEUE_LIMIT: more than msgmnb, without CAP_SYS_RESOURCE.
   * @see msgctl(2), IPC_SET
   */
  setMaxBytes(bytes: number): void {
    const result = msgSetMaxBytes(this.id, bytes);
    if (result === -(ERRNO.EPERM as number)) {
      const most = readLimit(SYSV_LIMITS.queueBytes);
      throw new IpcError(
        "QUEUE_LIMIT",
        `${this.name} may not be given ${bytes} bytes: ${most} is the most without privilege (${SYSV_LIMITS.queueBytes.file}), and only its owner may ask`,
        howToRaise(SYSV_LIMITS.queueBytes),
        { errno: "EPERM", syscall: "msgctl" },
      );
    }
    if (result < 0) throw goneOr(result, this.name, "msgctl", "change the limit of");
  }

  /** Remove it, for everybody and at once: sleepers wake up with EIDRM, messages are lost. msgctl(2), IPC_RMID */
  remove(): void {
    const result = msgRemove(this.id);
    if (result < 0) throw goneOr(result, this.name, "msgctl", "remove");
  }
}

function flagsOf({ noWait, except, truncate }: SysvReceiveOptions): number {
  return (noWait ? IPC_NOWAIT : 0) | (except ? MSG_EXCEPT : 0) | (truncate ? MSG_NOERROR : 0);
}

// A C long, which is 8 bytes here: types up to 2^53 pass through a number unharmed.
function writeType(buffer: Buffer, type: number): void {
  buffer.writeInt32LE(type | 0, 0);
  buffer.writeInt32LE(Math.floor(type / 2 ** 32), 4);
}

function readType(buffer: Buffer): number {
  return buffer.readUInt32LE(0) + buffer.readInt32LE(4) * 2 ** 32;
}
