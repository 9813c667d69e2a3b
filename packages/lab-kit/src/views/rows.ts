import type { IpcEvent } from "@ipc-playground/contract";
import { type FlowPair, flowPairs, isSend } from "./trace.ts";
import { duration, outcome, shortNames } from "./words.ts";

/** One line of the lanes view, before it has a width. */
export interface Row {
  t: number;
  process: string;
  text: string;
  /** The processes whose sends this receive took, for the arrow. */
  from: string[];
  note?: string;
  /** A sentence of the director's, across all lanes. */
  step?: true;
}

/** So many like events in a row of one process become one line. */
const COLLAPSE_FROM = 4;

/**
 * What there is to say, in order of time. A call during which something else happened is said
 * twice, when it began and when it came back: that is what waiting looks like.
 */
export function rowsOf(events: readonly IpcEvent[]): Row[] {
  const short = shortNames(events);
  const pairs = flowPairs(events);
  const rows: Row[] = [];
  const saidTwice = new Set(pairs.filter(isOneThing).map((pair) => pair.from));
  for (const run of runsOf(events.filter((event) => !saidTwice.has(event)))) {
    const event = run[0] as IpcEvent;
    const what = [event.op, event.object === undefined ? "" : short.get(event.object)]
      .filter(Boolean)
      .join(" ");
    const note = event.note === undefined ? {} : { note: event.note };
    const base = { t: event.t, process: event.process, from: [] };
    if (event.op === "step") {
      rows.push({ ...base, text: "", ...note, step: true });
    } else if (run.length > 1) {
      rows.push({ ...base, text: `${what} ${total(run)}`, ...note });
    } else if (event.result === "never returned") {
      rows.push({ ...base, text: `${what} … never returned`, ...note });
    } else {
      const sends = pairs.filter((pair) => pair.to === event).map((pair) => pair.from);
      const from = [...new Set(sends.map((send) => send.process))];
      const came = outcome(event) + (sends.length > 1 ? ` of ${sends.length} ${sends[0]?.op}s` : "");
      if (isOverlapped(event, events)) {
        rows.push({ ...base, text: `${what} …` });
        const after = `after ${duration(event.dur as number)}`;
        rows.push({
          t: endOf(event),
          process: event.process,
          from,
          text: [event.op, came && `→ ${came}`, after].filter(Boolean).join(" "),
          ...note,
        });
      } else {
        rows.push({
          ...base,
          t: from.length > 0 ? endOf(event) : event.t,
          from,
          text: `${what} ${came}`.trim(),
          ...note,
        });
      }
    }
  }
  return rows.sort((a, b) => a.t - b.t);
}

/** A segment leaves and arrives under one name: its arrow says both. */
function isOneThing({ from, to }: FlowPair): boolean {
  return from.process !== to.process && from.op === to.op && outcome(from) === outcome(to);
}

export function endOf(event: IpcEvent): number {
  return event.t + (event.dur ?? 0);
}

/** A send that took this long, in nanoseconds, had to wait; a shorter one was only interrupted. */
const SEND_WAITED_NS = 1_000_000;

/** Whether it waited while something else happened. */
export function isOverlapped(event: IpcEvent, events: readonly IpcEvent[]): boolean {
  if (event.dur === undefined || (isSend(event) && event.dur < SEND_WAITED_NS)) return false;
  return events.some((other) => other !== event && other.t > event.t && other.t < endOf(event));
}

/** Consecutive events that differ in nothing but time and bytes, if there are enough of them; others alone. */
function runsOf(events: readonly IpcEvent[]): IpcEvent[][] {
  const groups: IpcEvent[][] = [];
  for (const event of events) {
    const last = groups.at(-1);
    const first = last?.[0];
    if (first !== undefined && isLike(first, event) && !isOverlapped(event, events)) last?.push(event);
    else groups.push([event]);
  }
  return groups.flatMap((group) => (group.length >= COLLAPSE_FROM ? [group] : group.map((event) => [event])));
}

function isLike(a: IpcEvent, b: IpcEvent): boolean {
  return (
    a.op !== "step" &&
    a.process === b.process &&
    a.op === b.op &&
    a.object === b.object &&
    a.errno === b.errno &&
    a.result === b.result &&
    b.note === undefined
  );
}

function total(run: readonly IpcEvent[]): string {
  const first = run[0] as IpcEvent;
  const bytes = run.reduce((sum, event) => sum + (event.bytes ?? 0), 0);
  return [outcome(first.bytes === undefined ? first : { ...first, bytes }), `in ${run.length} calls`]
    .filter(Boolean)
    .join(" ");
}
