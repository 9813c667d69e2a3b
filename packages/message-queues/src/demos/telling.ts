import type { Details, Log } from "@ipc-playground/lab-kit";
import type {
  PosixQueue,
  PosixReceiveResult,
  SysvQueue,
  SysvReceiveOptions,
  SysvReceiveResult,
  Waits,
} from "@ipc-playground/message-queues";

/** What a message says, as text. Each text goes through a queue once in a demo, so it names its arrow. */
export function textOf(message: { bytes: Uint8Array }): string {
  return Buffer.from(message.bytes).toString();
}

function shown(text: string): string {
  return text.length > 24 ? `${text.length} B` : `"${text}"`;
}

/** What is logged of a message that went in or came out: `type 2 "hello"`. */
function told(queue: string, label: string, text: string): Details {
  return { result: `${label} ${shown(text)}`, flow: [`${queue} ${text}`] };
}

/** msgsnd(2), told to the log with its arrow. */
export function msgsnd(
  log: Log,
  queue: SysvQueue,
  type: number,
  text: string,
  options?: { noWait?: boolean },
) {
  return log.call(
    "msgsnd",
    queue.name,
    () => queue.send(type, Buffer.from(text), options),
    undefined,
    ({ kind }) => (kind === "sent" ? told(queue.name, `type ${type}`, text) : {}),
  );
}

/** msgrcv(2), told to the log with its arrow, and with how it was asked. */
export function msgrcv(log: Log, queue: SysvQueue, options: SysvReceiveOptions = {}): SysvReceiveResult {
  const { type = 0, except = false } = options;
  const op = type === 0 ? "msgrcv" : `msgrcv ${except ? "not " : ""}${type}`;
  return log.call(
    // A wait is looked for under the call's own name.
    options.noWait || options.except ? op : "msgrcv",
    queue.name,
    () => queue.receive(options),
    undefined,
    (result) => {
      if (result.kind === "message") return told(queue.name, `type ${result.type}`, textOf(result));
      return { errno: result.kind === "would-block" ? "ENOMSG" : "EINTR" };
    },
  );
}

/** mq_send(3), told to the log with its arrow. */
export function mqSend(log: Log, queue: PosixQueue, priority: number, text: string, waits: Waits = {}) {
  return log.call(
    "mq_send",
    queue.name,
    () => queue.send(Buffer.from(text), { priority, ...waits }),
    undefined,
    ({ kind }) => {
      if (kind === "timed-out") return { errno: "ETIMEDOUT" };
      return kind === "sent" ? told(queue.name, `priority ${priority}`, text) : {};
    },
  );
}

/** mq_receive(3), told to the log with its arrow. */
export function mqReceive(log: Log, queue: PosixQueue, waits: Waits = {}): PosixReceiveResult {
  return log.call(
    "mq_receive",
    queue.name,
    () => queue.receive(waits),
    undefined,
    (result) => {
      if (result.kind === "timed-out") return { errno: "ETIMEDOUT" };
      return result.kind === "message" ? told(queue.name, `priority ${result.priority}`, textOf(result)) : {};
    },
  );
}
