import { resourceUsage } from "node:process";
import { defineDemo } from "@ipc-playground/lab-kit";
import { createMemfd, mapMemfd } from "@ipc-playground/shared-memory";
import { APART, MEETING_WORDS, Meeting, stayOn, twoProcessors } from "./racing.ts";

/** Where the counters of the two processes lie: words of 4 bytes. */
const LAYOUTS = {
  "4 bytes apart": [MEETING_WORDS, MEETING_WORDS + 1],
  "128 bytes apart": [MEETING_WORDS + APART, MEETING_WORDS + 2 * APART],
} as const;
type Layout = keyof typeof LAYOUTS;
const NAMES = Object.keys(LAYOUTS) as Layout[];
const WORDS = MEETING_WORDS + 3 * APART;

/** Additions of each process in one round: a fraction of a millisecond, so that most go undisturbed. */
const ADDITIONS = 5_000;
/** Rounds of each layout, in turns. */
const ROUNDS = 400;
/** So many rounds without an interruption are enough to say something. */
const ENOUGH = 5;
/** So many times as long is far more than chance. */
const CLEARLY = 1.5;

/** One round of one process: nanoseconds on CLOCK_MONOTONIC, and whether it lost its processor. */
interface Round {
  began: number;
  ended: number;
  interrupted: boolean;
}

export default defineDemo({
  name: "false-sharing",
  title: "Two counters on one cache line are in each other's way",
  claims: {
    independent: {
      says: "Processes that write to different variables do not slow each other down.",
      expect: "refuted",
      source: "Drepper, What Every Programmer Should Know About Memory, 6.4.1; Intel Optimization Manual",
    },
    exact: {
      says: "False sharing is a data race: sooner or later it gives a wrong result.",
      expect: "refuted",
      source: "Hennessy and Patterson, 5.2: coherence is kept; it costs time",
    },
  },
  predict: {
    question: "Each of two processes adds to a counter of its own. What if both counters lie side by side?",
    choices: ["Nothing: they are two variables", "It takes several times as long", "The sums may be wrong"],
    answer: 1,
    because:
      "Caches move lines of 64 bytes, not variables. Each write takes the line away from the other processor.",
  },
  processes: {
    adder({ fd, number, log }) {
      using memory = mapMemfd(fd("memory"));
      const words = memory.view(Int32Array);
      const me = number("me");
      stayOn(number("cpu"));
      const meeting = new Meeting(words, me);
      return log.call(`Atomics.add ×${ADDITIONS}`, "own counter", () => {
        const rounds = NAMES.map(() => [] as Round[]);
        for (let i = 0; i < 2 * ROUNDS; i++) {
          const layout = i % 2;
          const counter = LAYOUTS[NAMES[layout] as Layout][me] as number;
          meeting.meet();
          const switches = resourceUsage().involuntaryContextSwitches;
          const began = Number(process.hrtime.bigint());
          for (let k = 0; k < ADDITIONS; k++) Atomics.add(words, counter, 1);
          const ended = Number(process.hrtime.bigint());
          const interrupted = resourceUsage().involuntaryContextSwitches !== switches;
          rounds[layout]?.push({ began, ended, interrupted });
        }
        return rounds;
      });
    },
  },
  async run({ start, claim, unavailable, step, log }) {
    const processors = twoProcessors();
    if (processors === null) {
      const reason = "this process may use one core only, and two are needed to fight for a cache line";
      unavailable("independent", reason);
      unavailable("exact", reason);
      return;
    }
    using file = createMemfd({ bytes: 4 * WORDS, name: "counters" });
    using memory = file.map();
    step("Each process adds to its own counter; the counters lie side by side, then far apart, in turns.");
    const adders = processors.map((cpu, me) =>
      start("adder", { as: `adder ${me + 1}`, args: { cpu, me }, fds: { memory: file } }),
    );
    const [one = [], two = []] = await Promise.all(
      adders.map((adder) => adder.result<Round[][]>({ withinMs: 30_000 })),
    );
    const costs = NAMES.map((_, layout) => costOf(one[layout] ?? [], two[layout] ?? []));
    for (const [layout, name] of NAMES.entries())
      log.event("look", { object: name, result: `${costs[layout]?.toFixed(1) ?? "?"} ns for each addition` });
    const [near, far] = costs;
    if (near === undefined || far === undefined)
      unavailable("independent", `this machine is too busy: less than ${ENOUGH} rounds went undisturbed`);
    else {
      const seen = `${near.toFixed(1)} ns side by side, ${far.toFixed(1)} ns apart: ${(near / far).toFixed(1)} times as long`;
      // What a hypervisor shows as two processors may be two threads of one core, for a while or always.
      if (near < CLEARLY * far)
        unavailable("independent", `${seen}; two threads of one core share its cache`);
      else claim("independent", false, seen);
    }
    const words = memory.view(Int32Array);
    const sums = NAMES.flatMap((name) => LAYOUTS[name].map((counter) => words[counter]));
    const due = ROUNDS * ADDITIONS;
    claim(
      "exact",
      sums.some((sum) => sum !== due),
      `${due} additions to each counter; they say ${sums.join(", ")}`,
    );
  },
});

/** Nanoseconds for an addition: the median of the rounds in which both ran all the time, side by side. */
function costOf(one: readonly Round[], two: readonly Round[]): number | undefined {
  const costs = one.flatMap((a, i) => {
    const b = two[i] as Round;
    const both = Math.min(a.ended, b.ended) - Math.max(a.began, b.began);
    const whole = Math.max(a.ended, b.ended) - Math.min(a.began, b.began);
    if (a.interrupted || b.interrupted || both < 0.8 * whole) return [];
    return [(a.ended - a.began) / ADDITIONS];
  });
  if (costs.length < ENOUGH) return undefined;
  return costs.sort((a, b) => a - b)[costs.length >> 1];
}
