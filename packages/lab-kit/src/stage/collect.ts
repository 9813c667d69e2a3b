import type { IpcEvent } from "@ipc-playground/contract";
import type { ChannelRecord } from "../log.ts";

/** The channel's records as events, in order of time. Pure. */
export function collectEvents(records: readonly ChannelRecord[]): IpcEvent[] {
  const events: IpcEvent[] = [];
  const open = new Map<string, IpcEvent>();
  for (const record of records) {
    const { pid, process } = record;
    if (record.kind === "event" || record.kind === "seen") {
      const { kind: _, ...event } = record;
      events.push(event);
    } else if (record.kind === "begin") {
      const { kind: _, call, ...begun } = record;
      // Until its end is read: a call that a signal cut off stays as it is here.
      const event: IpcEvent = { ...begun, result: "never returned" };
      events.push(event);
      open.set(`${pid} ${process} ${call}`, event);
    } else if (record.kind === "end") {
      const { kind: _, call, ...outcome } = record;
      const event = open.get(`${pid} ${process} ${call}`);
      if (event === undefined) continue;
      delete event.result;
      Object.assign(event, outcome);
    }
  }
  return events.sort((a, b) => a.t - b.t);
}
