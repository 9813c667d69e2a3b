import { IpcError } from "@ipc-playground/contract";
import { callError, ERRNO, errnoSymbol } from "@ipc-playground/libc";
import { describeLimit, howToRaise, readLimit, SYSV_LIMITS } from "./limits.ts";

/** A key as `ipcs` prints it: `0x1c00002a`. */
export function keyText(key: number): string {
  return `0x${(key >>> 0).toString(16).padStart(8, "0")}`;
}

/** Why msgget(2) did not give a queue. */
export function getError(returned: number, key: number, creating: boolean): IpcError {
  const details = { errno: errnoSymbol(-returned), syscall: "msgget" };
  switch (-returned) {
    case ERRNO.EEXIST:
      return new IpcError(
        "QUEUE_EXISTS",
        `a queue with key ${keyText(key)} exists already`,
        "open it instead, take another key, or remove it: `ipcs -q` shows it, `ipcrm -Q KEY` removes it",
        details,
      );
    case ERRNO.ENOENT:
      return new IpcError(
        "NO_SUCH_QUEUE",
        `there is no queue with key ${keyText(key)}`,
        "create it first, and compare the key with `ipcs -q`",
        details,
      );
    case ERRNO.EACCES:
      return new IpcError(
        "NO_PERMISSION",
        `the queue with key ${keyText(key)} is not open to this user`,
        "`ipcs -q` shows its owner and permissions; the owner can open it to others with its mode",
        details,
      );
    case ERRNO.ENOSPC:
      return new IpcError(
        "QUEUE_LIMIT",
        `there are ${describeLimit(SYSV_LIMITS.queues)}, and no more can be made`,
        `remove queues that nobody uses (\`ipcs -q\`, \`ipcrm -q ID\`); ${howToRaise(SYSV_LIMITS.queues)}`,
        details,
      );
    default:
      return callError(returned, {
        syscall: "msgget",
        doing: `${creating ? "create" : "open"} the queue with key ${keyText(key)}`,
      });
  }
}

/** Why msgsnd(2) refused a message. */
export function sendError(returned: number, queue: string, type: number, bytes: number): IpcError {
  const details = { errno: errnoSymbol(-returned), syscall: "msgsnd" };
  if (-returned === ERRNO.EINVAL) {
    if (!Number.isInteger(type) || type < 1) {
      return new IpcError(
        "BAD_ARGUMENT",
        `a message cannot have the type ${type}`,
        "types are whole numbers from 1; mark a reply by another positive type, such as the client's pid",
        details,
      );
    }
    if (bytes > (readLimit(SYSV_LIMITS.messageBytes) ?? Number.POSITIVE_INFINITY)) {
      return new IpcError(
        "MESSAGE_TOO_LONG",
        `a message of ${bytes} bytes is over the limit: ${describeLimit(SYSV_LIMITS.messageBytes)}`,
        `send it in parts; ${howToRaise(SYSV_LIMITS.messageBytes)}`,
        details,
      );
    }
  }
  return goneOr(returned, queue, "msgsnd", "send to");
}

/** Why msgrcv(2) gave no message. */
export function receiveError(returned: number, queue: string, roomBytes: number): IpcError {
  const details = { errno: errnoSymbol(-returned), syscall: "msgrcv" };
  if (-returned === ERRNO.E2BIG) {
    return new IpcError(
      "BUFFER_TOO_SMALL",
      `the message is longer than ${roomBytes} bytes, and stays in ${queue}`,
      "receive it with more room, or let it be cut (truncate, which is MSG_NOERROR)",
      details,
    );
  }
  if (-returned === ERRNO.ENOSYS) {
    return new IpcError(
      "SYSTEM_CALL_FAILED",
      "this kernel cannot look at a message without taking it (MSG_COPY)",
      "it wants CONFIG_CHECKPOINT_RESTORE; receive the message instead",
      details,
    );
  }
  return goneOr(returned, queue, "msgrcv", "receive from");
}

/** The queue is gone, which EIDRM tells sleepers and EINVAL those who come later; or something else is wrong. */
export function goneOr(returned: number, queue: string, syscall: string, doing: string): IpcError {
  if (-returned === ERRNO.EIDRM || -returned === ERRNO.EINVAL) {
    return new IpcError(
      "QUEUE_REMOVED",
      `${queue} was removed`,
      "whoever removes a queue should first tell those who use it; make a new one, with a new id",
      { errno: errnoSymbol(-returned), syscall },
    );
  }
  return callError(returned, {
    syscall,
    doing: `${doing} ${queue}`,
    ...(-returned === ERRNO.EACCES && {
      nextStep: "`ipcs -q` shows the queue's owner and permissions",
    }),
  });
}
