import { defineDemo } from "@ipc-playground/lab-kit";
import { close, futexWait, futexWake, pipe2, read, write } from "@ipc-playground/libc";
import { createMemfd, mapMemfd } from "@ipc-playground/shared-memory";
import { APART, MEETING_WORDS, Meeting, stayOn, twoProcessors } from "./racing.ts";

/** Whose turn it is. */
const TURN = MEETING_WORDS;
const WORDS = TURN + APART;
/** Ways to hand over the turn, and to wait for it. */
const WAYS = ["pipe", "futex", "spin"] as const;
/** Round trips in a row; and how often, each way in turn. */
const ROUND_TRIPS = 50;
const SERIES = 25;
/** So many times as fast is no chance. */
const CLEARLY = 3;

/** Nanoseconds for a round trip, in each series in which one slept as often as it should. */
type Costs = Record<(typeof WAYS)[number], number[]>;

export default defineDemo({
  name: "fastest",
  title: "The fastest mechanism, for those who stay awake for it",
  claims: {
    fastest: {
      says: "Shared memory is the fastest way to tell another process something.",
      expect: "holds",
      source: "Stevens, UNP volume 2, 12.1 and appendix A",
    },
    anyhow: {
      says: "Shared memory is that fast however one process waits for the other.",
      expect: "refuted",
      source: "futex(2): to sleep and to be woken is the scheduler's work, as with a pipe",
    },
  },
  predict: {
    question:
      "A round trip over shared memory, where each sleeps in a futex until it is its turn. Against a pipe?",
    choices: ["100 times as fast", "10 times as fast", "About the same"],
    answer: 2,
    because: "What takes long is waking a process up. How the message came hardly matters.",
  },
  processes: {
    player({ fd, number, log }) {
      using memory = mapMemfd(fd("memory"));
      const me = number("me");
      stayOn(number("cpu"));
      const meeting = new Meeting(memory.view(Int32Array, 0, MEETING_WORDS), me);
      const turn = memory.view(Int32Array, 4 * TURN, 1);
      const byte = new Uint8Array(1);
      let slept = 0;
      const ways = {
        pipe: { give: () => write(fd("out"), byte), take: () => read(fd("in"), byte) },
        futex: {
          give() {
            Atomics.store(turn, 0, 1 - me);
            futexWake(turn, 1);
          },
          take() {
            while (Atomics.load(turn, 0) !== me) if (futexWait(turn, 1 - me, Infinity) === 0) slept++;
          },
        },
        spin: {
          give: () => Atomics.store(turn, 0, 1 - me),
          take() {
            while (Atomics.load(turn, 0) !== me);
          },
        },
      };
      const costs: Costs = { pipe: [], futex: [], spin: [] };
      return log.call("ping-pong", WAYS.join(", "), () => {
        for (let i = 0; i < SERIES * WAYS.length; i++) {
          const way = WAYS[i % WAYS.length] as keyof Costs;
          const { give, take } = ways[way];
          if (me === 0) Atomics.store(turn, 0, 0);
          slept = 0;
          meeting.meet();
          const began = process.hrtime.bigint();
          for (let k = 0; k < ROUND_TRIPS; k++) {
            if (me === 0) give();
            take();
            if (me === 1) give();
          }
          const cost = Number(process.hrtime.bigint() - began) / ROUND_TRIPS;
          // Who finds the turn there without having slept has waited awake, which is another way.
          if (way !== "futex" || slept > 0.9 * ROUND_TRIPS) costs[way].push(cost);
        }
        return { kind: `${SERIES} × ${ROUND_TRIPS} each`, ...costs };
      });
    },
  },
  async run({ start, claim, unavailable, step, log }) {
    const processors = twoProcessors();
    if (processors === null) {
      const reason = "this process may use one processor only: nobody can stay awake for the other";
      unavailable("fastest", reason);
      unavailable("anyhow", reason);
      return;
    }
    step(
      "Two processes hand one turn to and fro: by a byte in a pipe, by a futex, and by looking all the time.",
    );
    using memory = createMemfd({ bytes: 4 * WORDS, name: "turn" });
    const [forth, back] = [pipe2(), pipe2()] as [[number, number], [number, number]];
    const ends = [
      { in: back[0], out: forth[1] },
      { in: forth[0], out: back[1] },
    ];
    const players = processors.map((cpu, me) =>
      start("player", { as: `player ${me + 1}`, args: { cpu, me }, fds: { memory, ...ends[me] } }),
    );
    for (const end of [...forth, ...back]) close(end);
    const [costs] = await Promise.all(players.map((player) => player.result<Costs>({ withinMs: 30_000 })));
    const [pipe, futex, spin] = WAYS.map((way) => median(costs?.[way] ?? [])) as [number, number, number];
    const us = (ns: number) => `${(ns / 1_000).toFixed(1)} µs`;
    log.event("look", { result: `pipe ${us(pipe)}, futex ${us(futex)}, spin ${us(spin)}` });
    const times = (slow: number, fast: number) => `${(slow / fast).toFixed(1)} times as long`;
    claim(
      "fastest",
      pipe > CLEARLY * spin,
      `a round trip takes ${us(spin)} when both spin, and by a pipe ${times(pipe, spin)}: ${us(pipe)}`,
    );
    if (Number.isNaN(futex))
      unavailable("anyhow", "the two were so close that hardly anybody had to sleep for the other");
    else
      claim(
        "anyhow",
        futex < CLEARLY * spin,
        `with both asleep in turns: ${us(futex)}, ${times(futex, spin)}; a pipe's ${us(pipe)} in the same minute`,
      );
  },
});

function median(numbers: number[]): number {
  return numbers.sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}
