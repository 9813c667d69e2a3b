import {
  type InBlock,
  mergeHistograms,
  overlap,
  type Percentile,
  pairedRatios,
  percentiles,
  type Spread,
  spread,
} from "@ipc-playground/bench-kit/run";
import type { ServerName } from "@ipc-playground/chat/bench";
import { type ChatResult, isSameKind, type Launch, type Row, type SavedRun } from "./result.ts";

/** Runs of one window at one number of receivers and one size: what is compared. */
export interface Setting {
  receivers: number;
  size: number;
  window: number;
}

/** A number of a launch; `undefined`: it has none. */
type Read = (launch: Launch) => number | undefined;

/** What the launches of one server came to. */
export interface Compared {
  value: Spread;
  /** To the yardstick's, from launches that ran beside each other. */
  ratio: Spread | null;
  /** The ranges have a value in common: these launches show no difference. */
  noDifference: boolean;
}

/** `null`: there is no number. */
export function compare(result: ChatResult, row: Row, read: Read): Compared | null {
  const ours = inBlocks(result, row, read);
  const theirs = inBlocks(result, { ...row, server: "c" }, read);
  const value = spread(ours.map((one) => one.value));
  if (value === null) return null;
  const c = spread(theirs.map((one) => one.value));
  return {
    value,
    ratio: spread(pairedRatios(ours, theirs)),
    noDifference: c !== null && overlap(value, c),
  };
}

export function rowOf(server: ServerName, { receivers, size }: Setting): Row {
  return { does: "broadcast", server, receivers, size };
}

export function deliveriesPerSecond(window: number): Read {
  return perRun(window, ({ deliveries, ns }) => (deliveries / ns) * 1e9);
}

/** Microseconds on a processor, all threads of the server, for each delivery. */
export function microsPerDelivery(window: number): Read {
  return perRun(window, ({ usage, deliveries }) => usage.server && usage.server.cpuMicros / deliveries);
}

/** The share of the run in which a process was on a processor; more than 1 where several of its threads were. */
export function busy(of: "server" | "load", window: number): Read {
  return perRun(window, ({ usage, ns }) => {
    const used = usage[of];
    return used && (used.cpuMicros * 1_000) / ns;
  });
}

export function bytesPerConnection(launch: Launch): number | undefined {
  if (launch.does !== "idle" || launch.memory === undefined) return undefined;
  return (launch.memory.after - launch.memory.before) / launch.connections;
}

export function arrivalsPerSecond({ arrivals }: Launch): number | undefined {
  return arrivals && (arrivals.arrivals / arrivals.ns) * 1e9;
}

/** Of all launches of a row, message by message; `null` for none. */
export function latencies(result: ChatResult, server: ServerName, setting: Setting): Percentile[] | null {
  const histograms = launchesOf(result, rowOf(server, setting)).flatMap(
    ({ runs }) => runs?.find(({ window }) => window === setting.window)?.histogram ?? [],
  );
  return histograms.length === 0 ? null : percentiles(mergeHistograms(histograms));
}

export function launchesOf({ launches }: ChatResult, row: Row): Launch[] {
  return launches.filter((launch) => launch.server === row.server && isSameKind(launch, row));
}

function perRun(window: number, read: (run: SavedRun) => number | null): Read {
  return ({ runs }) => {
    const run = runs?.find((one) => one.window === window);
    return run && (read(run) ?? undefined);
  };
}

function inBlocks(result: ChatResult, row: Row, read: Read): InBlock[] {
  return launchesOf(result, row).flatMap((launch) => {
    const value = read(launch);
    return value === undefined ? [] : [{ block: launch.block, value }];
  });
}
