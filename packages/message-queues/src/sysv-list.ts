import { readFileSync } from "node:fs";
import { KEY_PREFIX } from "@ipc-playground/lab-kit/runner";

/** One System V queue of this IPC namespace, as `ipcs -q` shows it. */
export interface SysvQueueLine {
  key: number;
  id: number;
  /** The permission bits. */
  mode: number;
  bytes: number;
  messages: number;
  /** The last process that sent, and the last that received; 0 if none did. */
  lastSender: number;
  lastReceiver: number;
  uid: number;
}

/** All System V queues that this process's namespace has, whoever made them. proc(5), /proc/sysvipc/msg */
export function listSysvQueues(): SysvQueueLine[] {
  const [, ...lines] = readFileSync("/proc/sysvipc/msg", "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const [key = 0, id = 0, , bytes = 0, messages = 0, lastSender = 0, lastReceiver = 0, uid = 0] = line
      .trim()
      .split(/\s+/)
      .map(Number);
    // The permissions are the one column in octal.
    const mode = Number.parseInt(line.trim().split(/\s+/)[2] ?? "0", 8) & 0o777;
    return { key, id, mode, bytes, messages, lastSender, lastReceiver, uid };
  });
}

/** Those whose key begins as this project's keys do. */
export function listOwn(): SysvQueueLine[] {
  return listSysvQueues().filter(({ key }) => key >>> 24 === KEY_PREFIX);
}
