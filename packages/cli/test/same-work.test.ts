import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Bench,
  hasSizes,
  type Measure,
  type Mode,
  measuresOf,
  modesOf,
} from "@ipc-playground/bench-kit";
import { compileYardstick, type LoadedBench, launch, launchYardstick } from "@ipc-playground/bench-kit/run";
import { findNative } from "@ipc-playground/signals";
import { describe, expect, onTestFinished, test } from "vitest";
import { benchesNamed } from "../src/bench/registry.ts";
import { type Run, runsIn, straceInto, whyNoStrace } from "./system-calls.ts";

const MESSAGES = 60;
const SIZE = 100;

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "ipc-playground-test-"));
}

const probe = newFolder();
const reason = whyNoStrace(probe);
rmSync(probe, { recursive: true });
if (reason !== null) console.warn(`skipped: what counts system calls; ${reason}`);

/** Its event loop hears of a realtime signal by a handler in C. */
const needsReceiver = "rtsignal";
const receiver = findNative("receiver");
if (receiver.kind === "absent")
  console.warn(`skipped: system calls of ${needsReceiver} in an event loop; ${receiver.reason}`);

/** Mechanisms of the kernel, which have the same program in C, and others that say what a message costs. */
const mechanisms = (await benchesNamed([])).filter(({ bench }) => bench.yardstick ?? bench.work);

/** One message one way, or one operation; both sides together. */
type Counted = Partial<Record<Measure, Run>>;

/** Latency does what rate does, and reads the clock. */
function countedMeasures(bench: Bench): Measure[] {
  return measuresOf(bench).filter((measure) => measure !== "latency");
}

function optionsFor(bench: Bench, folder: string) {
  return {
    size: hasSizes(bench) ? SIZE : 0,
    measures: countedMeasures(bench),
    messages: MESSAGES,
    under: straceInto(folder),
    ...{ warmMs: 1, timedMs: 1, watchdogMs: 25_000 },
  };
}

function tracesFolder(): string {
  const folder = newFolder();
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function countOurs({ bench, url }: LoadedBench, mode: Mode): Promise<Counted> {
  const folder = tracesFolder();
  const options = optionsFor(bench, folder);
  const { measured } = await launch({ ...options, bench, url, mode });
  // The gates of all measures come first.
  const runs = runsIn(folder, { pool: mode === "event-loop" }).slice(options.measures.length);
  return perMessage(options.measures, runs, measured);
}

async function countYardstick(bench: Bench): Promise<Counted | undefined> {
  const compiled = bench.yardstick === undefined ? undefined : compileYardstick(bench.yardstick);
  if (compiled?.kind !== "ready") return undefined;
  const folder = tracesFolder();
  const options = optionsFor(bench, folder);
  const waits = bench.yardstickModes && ("blocking" as const);
  const { measured } = await launchYardstick({ ...options, program: compiled.program, waits });
  // Each measure has its gate before it.
  const runs = runsIn(folder, { pool: false }).filter((_, i) => i % 2 === 1);
  return perMessage(options.measures, runs, measured);
}

function perMessage(
  measures: readonly Measure[],
  runs: readonly Run[],
  measured: Partial<Record<Measure, { messages: number }>>,
): Counted {
  expect(runs).toHaveLength(measures.length);
  const counted = runs.map(({ systemCalls, sent, received }, i): [Measure, Run] => {
    const measure = measures[i] as Measure;
    const messages = (measured[measure]?.messages ?? 0) * (measure === "rate" ? 2 : 1);
    const per = (total: number) => total / messages;
    return [measure, { systemCalls: per(systemCalls), sent: per(sent), received: per(received) }];
  });
  return Object.fromEntries(counted);
}

/** As good as equal: V8 wakes its own event loop now and then, with a call of 8 bytes. */
function about({ systemCalls, sent, received }: Run) {
  return {
    systemCalls: expect.closeTo(systemCalls, 1),
    sent: expect.closeTo(sent, 0),
    received: expect.closeTo(received, 0),
  };
}

test.each(mechanisms)("$bench.mechanism states its work in every mode", ({ bench }) => {
  expect(Object.keys(bench.work?.systemCalls ?? {}).toSorted()).toEqual(modesOf(bench).toSorted());
  expect(bench.work?.says).toMatch(/./);
});

describe.skipIf(reason !== null).each(mechanisms)("$bench.mechanism", ({ bench, url }) => {
  const stated = bench.work?.systemCalls ?? {};
  const measures = countedMeasures(bench);
  /** Shared memory does without the kernel. */
  const carriesBytes = hasSizes(bench) && stated.blocking !== 0;

  test.runIf(bench.modes.blocking)(
    "blocking, it makes as many system calls as it states, and as C, for the same bytes",
    async () => {
      const ours = await countOurs({ bench, url }, "blocking");
      // One way where it has that: the way back may take other calls, as epoll's does.
      expect(ours[measures.at(-1) as Measure]?.systemCalls).toBeCloseTo(stated.blocking ?? 0, 1);
      const theirs = await countYardstick(bench);
      for (const measure of measures) {
        const one = ours[measure] as Run;
        if (carriesBytes) expect(one.sent).toBeCloseTo(SIZE, 0);
        if (carriesBytes) expect(one.received).toBeCloseTo(SIZE, 0);
        if (theirs?.[measure]) expect(one).toEqual(about(theirs[measure]));
      }
    },
  );

  const canListen = bench.mechanism !== needsReceiver || receiver.kind === "ready";
  test.runIf(bench.modes["event-loop"] && canListen)(
    "in an event loop, it makes no more than it states",
    async () => {
      const { rate } = await countOurs({ bench, url }, "event-loop");
      const most = stated["event-loop"] ?? 0;
      // A timer or a finished compilation may add a few; two messages in one turn take fewer, and so does a
      // helper thread of the pool that finds what it looks for before it sleeps.
      expect(rate?.systemCalls).toBeLessThan(most + 0.1);
      expect(rate?.systemCalls).toBeGreaterThan(most / 4);
    },
  );
});
