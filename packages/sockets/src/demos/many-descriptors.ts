import { defineDemo } from "@ipc-playground/lab-kit";
import {
  EPOLLIN,
  EpollEvents,
  epollControl,
  epollCreate,
  epollWait,
  eventfd,
  POLLIN,
  PollSet,
  resourceLimit,
} from "@ipc-playground/libc";

/** Idle descriptors beside the one that is ready. */
const IDLE = [10, 100, 1_000, 5_000];
/** Descriptors that stay free for other things. */
const RESERVE = 100;
/** Series of calls for each number, in turns; the median counts. And calls in each. */
const SERIES = 31;
const CALLS = 20;
/** So many times as long is far more than chance; and so many may be. */
const GROWS = 5;
const STAYS = 3;
const BAR_WIDTH = 30;

/** Nanoseconds for a call. */
type Costs = { idle: number; poll: number; epoll: number }[];

export default defineDemo({
  name: "many-descriptors",
  title: "One descriptor of many is ready: what it costs poll and epoll to find it",
  claims: {
    poll: {
      says: "The more idle descriptors there are, the longer poll takes.",
      expect: "holds",
      source: "Kerrisk, TLPI, 63.4.5; poll(2) looks at each of them in each call",
    },
    epoll: {
      says: "epoll's cost does not grow with the number of idle descriptors.",
      expect: "holds",
      source: "Kerrisk, TLPI, 63.4.5; epoll(7)",
    },
  },
  predict: {
    question: "5,000 descriptors are idle and one is ready. How long does poll take, beside epoll_wait?",
    choices: ["As long", "Ten times as long", "A hundred times as long, or more"],
    answer: 2,
    because:
      "poll hands over and looks at all 5,001 each time. epoll has one entry in its list of ready ones.",
  },
  processes: {
    /** Asks both ways, in turns, for each number of idle descriptors. Nobody sleeps: one is always ready. */
    waiter({ text, log }) {
      const scenes = (JSON.parse(text("idle")) as number[]).map(scene);
      const costs = scenes.map(() => ({ poll: [] as number[], epoll: [] as number[] }));
      log.call("measure", `${SERIES} × ${CALLS} calls each`, () => {
        for (let series = 0; series < SERIES; series++) {
          for (const [i, { poll, epoll }] of scenes.entries()) {
            costs[i]?.poll.push(nanosecondsFor(poll));
            costs[i]?.epoll.push(nanosecondsFor(epoll));
          }
        }
      });
      return scenes.map(({ idle }, i) => ({
        idle,
        poll: median(costs[i]?.poll ?? []),
        epoll: median(costs[i]?.epoll ?? []),
      }));
    },
  },
  async run({ start, claim, unavailable, step, log }) {
    const most = resourceLimit("openFiles").soft - RESERVE;
    // Each number has descriptors of its own.
    const fits = IDLE.filter((_, i) => IDLE.slice(0, i + 1).reduce((sum, idle) => sum + idle + 2, 0) < most);
    step(
      "poll(2) and epoll_wait(2) look for the one descriptor that is ready, among more and more idle ones.",
    );
    const waiter = start("waiter", { args: { idle: JSON.stringify(fits) } });
    const costs = await waiter.result<Costs>({ withinMs: 60_000 });
    log.event("plot", { object: "time for one call", note: plot(costs) });
    const [least, greatest] = [costs[0], costs.at(-1)];
    if (!least || !greatest || greatest.idle < 1_000) {
      const reason = `this process may open ${most + RESERVE} descriptors only: raise ulimit -n`;
      unavailable("poll", reason);
      unavailable("epoll", reason);
      return;
    }
    const evidence = (way: "poll" | "epoll") =>
      `${micros(least[way])} with ${least.idle} idle, ${micros(greatest[way])} with ${greatest.idle}: ${(greatest[way] / least[way]).toFixed(1)} times as long`;
    claim("poll", greatest.poll > GROWS * least.poll, evidence("poll"));
    claim("epoll", greatest.epoll < STAYS * least.epoll, evidence("epoll"));
  },
});

function scene(idle: number) {
  const fds = Array.from({ length: idle }, () => eventfd(0));
  const ready = eventfd(1);
  const all = [...fds, ready];
  const epoll = epollCreate();
  for (const fd of all) epollControl(epoll, "add", fd, EPOLLIN);
  const [set, events] = [new PollSet(all, POLLIN), new EpollEvents(8)];
  return { idle, poll: () => set.wait(0), epoll: () => epollWait(epoll, events, 0) };
}

function nanosecondsFor(call: () => number): number {
  const began = process.hrtime.bigint();
  for (let i = 0; i < CALLS; i++) if (call() !== 1) throw new Error("not exactly one descriptor was ready");
  return Number(process.hrtime.bigint() - began) / CALLS;
}

function median(numbers: number[]): number {
  return numbers.sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

const micros = (ns: number) => `${(ns / 1_000).toFixed(1)} µs`;

/** A bar for each; ten times as long a time is another third of the width. */
function plot(costs: Costs): string {
  const least = Math.min(...costs.flatMap(({ poll, epoll }) => [poll, epoll]));
  const bar = (ns: number) =>
    "█".repeat(1 + Math.min(BAR_WIDTH, Math.round((Math.log10(ns / least) * BAR_WIDTH) / 3)));
  const line = (way: "poll" | "epoll") => (one: Costs[number]) =>
    `${way.padEnd(5)} ${String(one.idle).padStart(5)} idle ${bar(one[way])} ${micros(one[way])}`;
  return [...costs.map(line("poll")), ...costs.map(line("epoll"))].join("\n");
}
