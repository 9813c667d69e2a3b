import { setTimeout } from "node:timers/promises";
import type { Load } from "../side/open-loop.ts";
import type { RunCommand, SideRun } from "../side/protocol.ts";
import type { LoadPoint } from "./result.ts";
import type { SideProcess } from "./side-process.ts";

/** The loads of the open loop, from light to heavy: it ends after the first one that is too much. */
export interface Ladder {
  /** Messages a second. */
  rates: readonly number[];
  /** Least time of each, in milliseconds; and messages, which take a slow one longer. */
  leastMs: number;
  leastMessages: number;
}

export const LADDER: Ladder = {
  rates: [1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000],
  leastMs: 100,
  leastMessages: 100,
};

/** What the whole ladder takes at most, in milliseconds, about: all of it kept up with, or most of it and one too much. */
export const LADDER_MS = 1_300;

/** One point before it is saved: every message's time from when it was due to when it came, in ns. */
export type MeasuredLoad = Omit<LoadPoint, "histogram"> & { samples: number[] };

/**
 * A load is too much when the queue never emptied in the second half: the message that was there soonest was
 * as late as this. Who only stalls, for a delayed acknowledgement (40 ms), is on time between two stalls.
 */
const QUEUED_NS = 2e6;
/** What files of before say of a load is when its last message came: this much of the schedule late, and some. */
const BEHIND_SHARE = 0.25;
const BEHIND_NS = 50e6;

/** The sender is done, and the last messages have not come for so long: they are lost. */
const LOST_AFTER_MS = 1_000;

/** Messages of which every byte is checked first. */
const GATE = { messages: 4, periodNs: 1_000_000 };

const NS_PER_SECOND = 1e9;

/**
 * Send at growing rates, and end after the first one that the receiver did not keep up with. Where
 * messages may be lost (`loses`), it ends before the first rate at which one was: of those that came, the
 * times would look as if nothing had happened. The channel is of no use afterwards.
 */
export async function climb(
  sides: Record<"a" | "b", SideProcess>,
  loses: boolean,
  { rates, leastMs, leastMessages }: Ladder,
): Promise<MeasuredLoad[]> {
  await runLoad(sides, { ...GATE, loses }, "complete");
  const points: MeasuredLoad[] = [];
  for (const rate of rates) {
    const messages = Math.max(leastMessages, Math.ceil((rate * leastMs) / 1000));
    const load: Load = { messages, periodNs: Math.round(NS_PER_SECOND / rate), loses };
    const point = await runLoad(sides, load, "sampled");
    if (point === null) break;
    points.push(point);
    if (fellBehind(point)) break;
  }
  return points;
}

/** Whether the load was too much. */
export function fellBehind({
  ns,
  messages,
  offeredPerSecond,
  leastLateNs,
}: Omit<LoadPoint, "histogram">): boolean {
  if (leastLateNs !== undefined) return leastLateNs > QUEUED_NS;
  const scheduledNs = (messages / offeredPerSecond) * NS_PER_SECOND;
  return ns > scheduledNs * (1 + BEHIND_SHARE) + BEHIND_NS;
}

/** `null`: a message was lost. */
async function runLoad(
  { a, b }: Record<"a" | "b", SideProcess>,
  load: Load,
  payload: RunCommand["payload"],
): Promise<MeasuredLoad | null> {
  const { messages } = load;
  const command: RunCommand = { measure: "throughput", messages, operators: "alone", payload, load };
  const sent = a.run(command);
  const both = Promise.all([sent, b.run(command)]);
  if (!load.loses) return combineLoad(load, ...(await both));
  const lost = sent.then(() => setTimeout(LOST_AFTER_MS, null, { ref: false }));
  const runs = await Promise.race([both, lost]);
  return runs && combineLoad(load, ...runs);
}

function combineLoad({ messages, periodNs }: Load, a: SideRun, b: SideRun): MeasuredLoad | null {
  const { arrivals = [] } = b;
  if (arrivals.length < messages) return null;
  // Both read the same clock: A says when its first message was due, B when it began to count.
  const offset = Number(BigInt(b.marks[0] ?? 0) - BigInt(a.marks[0] ?? 0));
  const samples = arrivals.map((at, i) => at + offset - i * periodNs);
  return {
    offeredPerSecond: NS_PER_SECOND / periodNs,
    messages,
    ns: (arrivals.at(-1) ?? 0) + offset,
    leastLateNs: samples.slice(messages / 2).reduce((least, late) => Math.min(least, late)),
    samples,
  };
}
