import { readFileSync } from "node:fs";

export interface QueueStatus {
  /** Bytes of all messages in it. */
  bytes: number;
  /** Who is to be notified: a pid, or 0 for nobody. */
  notifyPid: number;
}

/** The text that reading an open queue gives, from any process that we may look into. mq_overview(7) */
export function readStatus(pid: number, fd: number): QueueStatus {
  const text = readFileSync(`/proc/${pid}/fd/${fd}`, "latin1");
  const field = (name: string) => Number(new RegExp(`${name}:\\s*(\\d+)`).exec(text)?.[1] ?? 0);
  return { bytes: field("QSIZE"), notifyPid: field("NOTIFY_PID") };
}
