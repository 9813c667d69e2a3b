import type { IpcEvent } from "@ipc-playground/contract";
import { outcome } from "./words.ts";

/** One entry of Chrome's trace-event format, as far as it is used here. Times are in microseconds. */
export interface TraceEvent {
  name: string;
  ph: "X" | "i" | "M" | "s" | "f";
  ts: number;
  dur?: number;
  pid: number;
  tid: number;
  cat?: string;
  id?: number;
  bp?: "e";
  s?: "t";
  args?: Record<string, unknown>;
}

export interface TraceFile {
  displayTimeUnit: "ns";
  traceEvents: TraceEvent[];
}

/** Events that took no time get this much, in microseconds: a slice of no width cannot be clicked. */
const POINT_MICROS = 1;

/**
 * The log as a Chrome trace, which Perfetto opens: a track per process, a slice per event, an
 * arrow for each pair of a send and a receive that share a flow.
 */
export function trace(events: readonly IpcEvent[]): TraceFile {
  return { displayTimeUnit: "ns", traceEvents: [...names(events), ...events.map(slice), ...arrows(events)] };
}

function names(events: readonly IpcEvent[]): TraceEvent[] {
  const named = new Map(events.map((event) => [event.pid, event.process]));
  return [...named].flatMap(([pid, name]) =>
    (["process_name", "thread_name"] as const).map((kind) => ({
      name: kind,
      ph: "M" as const,
      ts: 0,
      pid,
      tid: pid,
      args: { name },
    })),
  );
}

function slice(event: IpcEvent): TraceEvent {
  const { t, dur, pid, process, op, ...rest } = event;
  return {
    name: [op, outcome(event)].filter(Boolean).join(" "),
    cat: "ipc",
    ph: "X",
    ts: t / 1_000,
    dur: dur === undefined ? POINT_MICROS : dur / 1_000,
    pid,
    tid: pid,
    args: { process, op, ...rest },
  };
}

/**
 * An arrow starts and ends inside slices: at the start of the send's, and 1 ns before the end of
 * the receive's, because a slice does not contain its end.
 * Each pair has an id of its own, so that a read which took three writes gets three arrows.
 */
function arrows(events: readonly IpcEvent[]): TraceEvent[] {
  return flowPairs(events).flatMap(({ from, to, flow }, i) => {
    const common = { name: flow, cat: "flow", id: i + 1 };
    return [
      { ...common, ph: "s" as const, ts: from.t / 1_000, pid: from.pid, tid: from.pid },
      {
        ...common,
        ph: "f" as const,
        bp: "e" as const,
        ts: (to.t + Math.max(0, (to.dur ?? 0) - 1)) / 1_000,
        pid: to.pid,
        tid: to.pid,
      },
    ];
  });
}

export interface FlowPair {
  flow: string;
  from: IpcEvent;
  to: IpcEvent;
}

/** Each send with each receive that it led to. The earliest event of a flow is the send. */
export function flowPairs(events: readonly IpcEvent[]): FlowPair[] {
  const byFlow = new Map<string, IpcEvent[]>();
  for (const event of events) {
    for (const flow of event.flow ?? []) byFlow.set(flow, [...(byFlow.get(flow) ?? []), event]);
  }
  return [...byFlow].flatMap(([flow, [first, ...rest]]) => {
    const from = rest.reduce(
      (send, event) => (isSend(event) && !isSend(send) ? event : send),
      first as IpcEvent,
    );
    return [first as IpcEvent, ...rest].filter((event) => event !== from).map((to) => ({ flow, from, to }));
  });
}

// A reader that was waiting began before the writer did: time alone does not tell them apart.
const RECEIVES = /^(read|recv|receive|msgrcv|mq_receive|wait|semop -|sem_\w*wait|lock)/;

export function isSend(event: IpcEvent): boolean {
  return !RECEIVES.test(event.op);
}
