import { IpcError } from "@ipc-playground/contract";
import { callError, ERRNO, errnoSymbol, resourceLimit } from "@ipc-playground/libc";
import { describeLimit, howToRaise, NAME_BYTES, POSIX_LIMITS, PRIORITIES, readLimit } from "./limits.ts";

/** How large a queue is to be. */
export interface QueueSize {
  maxMessages: number;
  messageBytes: number;
}

/**
 * The kernel's answers to a bad name are EINVAL, EACCES, ENOENT and ENAMETOOLONG, by turns. This
 * says what is wrong with it.
 *
 * @throws {IpcError} BAD_QUEUE_NAME
 */
export function checkName(name: string): void {
  const wrong = faultOf(name);
  if (wrong === undefined) return;
  throw new IpcError(
    "BAD_QUEUE_NAME",
    `${JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name)} is no name for a POSIX queue: ${wrong}`,
    `write a slash, and then 1 to ${NAME_BYTES} bytes without another one: "/jobs"`,
  );
}

function faultOf(name: string): string | undefined {
  if (!name.startsWith("/")) return "it does not begin with a slash";
  if (name.length === 1) return "nothing follows the slash";
  if (name.includes("/", 1)) return "it has a second slash, and queues have no folders";
  if (name.includes("\0")) return "it holds a NUL byte";
  if (name === "/." || name === "/..") return "that is a folder's name";
  const bytes = Buffer.byteLength(name) - 1;
  return bytes > NAME_BYTES ? `${bytes} bytes follow the slash, and ${NAME_BYTES} is the most` : undefined;
}

/** Why mq_open(3) did not give a queue. `create`: the size that was asked for, if one was to be made. */
export function openError(returned: number, name: string, create?: QueueSize): IpcError {
  const errno = errnoSymbol(-returned);
  const details = { errno, syscall: "mq_open" };
  switch (-returned) {
    case ERRNO.ENOENT:
      return new IpcError("NO_SUCH_QUEUE", `there is no queue ${name}`, "create it first", details);
    case ERRNO.EEXIST:
      return new IpcError(
        "QUEUE_EXISTS",
        `a queue ${name} exists already`,
        "open it instead, take another name, or remove it with mq_unlink",
        details,
      );
    case ERRNO.EACCES:
      return new IpcError(
        "NO_PERMISSION",
        `the queue ${name} is not open to this user`,
        "its owner chooses its mode when it is made; `ls -l /dev/mqueue` shows it where that is mounted",
        details,
      );
    case ERRNO.EMFILE:
      return new IpcError(
        "QUEUE_LIMIT",
        `all POSIX queues of a user may take ${resourceLimit("messageQueueBytes").soft} bytes together (\`ulimit -q\`), full or empty, and there is no room for ${name}${sized(create)}`,
        "make it smaller, unlink queues that nobody uses, or raise the limit: `ulimit -q NUMBER` up to the hard limit, beyond it in /etc/security/limits.conf (msgqueue)",
        details,
      );
    case ERRNO.ENOSPC:
      return new IpcError(
        "QUEUE_LIMIT",
        `there are ${describeLimit(POSIX_LIMITS.queues)}, and no more can be made`,
        `unlink queues that nobody uses; ${howToRaise(POSIX_LIMITS.queues)}`,
        details,
      );
    case ERRNO.EINVAL:
      if (create !== undefined) return sizeError(name, create, details);
  }
  return callError(returned, { syscall: "mq_open", doing: `open the queue ${name}` });
}

/** The kernel says EINVAL for every size that it does not like. Which one was it? */
function sizeError(name: string, size: QueueSize, details: { errno: string; syscall: string }): IpcError {
  for (const [asked, limit] of [
    [size.maxMessages, POSIX_LIMITS.messages],
    [size.messageBytes, POSIX_LIMITS.messageBytes],
  ] as const) {
    if (!Number.isInteger(asked) || asked < 1) break;
    if (asked <= (readLimit(limit) ?? Number.POSITIVE_INFINITY)) continue;
    return new IpcError(
      "QUEUE_LIMIT",
      `${name} was to have ${asked} ${limit.unit} ${limit.limits}, and the most is ${describeLimit(limit)}`,
      `ask for less; ${howToRaise(limit)}`,
      details,
    );
  }
  return new IpcError(
    "BAD_ARGUMENT",
    `a queue cannot hold ${size.maxMessages} messages of ${size.messageBytes} bytes`,
    "give two whole numbers from 1",
    details,
  );
}

function sized(create: QueueSize | undefined): string {
  return create === undefined
    ? ""
    : ` with its ${create.maxMessages} messages of ${create.messageBytes} bytes`;
}

/** Why a message could not be sent. */
export function posixSendError(
  returned: number,
  name: string,
  bytes: number,
  priority: number,
  messageBytes: number,
): IpcError {
  const details = { errno: errnoSymbol(-returned), syscall: "mq_send" };
  if (-returned === ERRNO.EMSGSIZE) {
    return new IpcError(
      "MESSAGE_TOO_LONG",
      `a message of ${bytes} bytes is over the limit of ${name}: ${messageBytes} bytes, chosen when it was made`,
      `send it in parts, or make a queue for longer ones, up to ${describeLimit(POSIX_LIMITS.messageBytes)}; ${howToRaise(POSIX_LIMITS.messageBytes)}`,
      details,
    );
  }
  if (-returned === ERRNO.EINVAL) {
    return new IpcError(
      "BAD_ARGUMENT",
      `a message cannot have the priority ${priority}`,
      `give a whole number from 0 to ${PRIORITIES - 1}; 0 to 31 is portable`,
      details,
    );
  }
  return callError(returned, { syscall: "mq_send", doing: `send to ${name}` });
}

/** Why no message could be received. */
export function posixReceiveError(
  returned: number,
  name: string,
  roomBytes: number,
  messageBytes: number,
): IpcError {
  if (-returned === ERRNO.EMSGSIZE) {
    return new IpcError(
      "BUFFER_TOO_SMALL",
      `room for ${roomBytes} bytes is too little for ${name}, whose messages may have ${messageBytes}, whatever the next one has`,
      "give a buffer of the queue's message size",
      { errno: "EMSGSIZE", syscall: "mq_receive" },
    );
  }
  return callError(returned, { syscall: "mq_receive", doing: `receive from ${name}` });
}
