import { defineDemo, type Log } from "@ipc-playground/lab-kit";
import { futexWait, futexWake } from "@ipc-playground/libc";
import { createMemfd, mapMemfd } from "@ipc-playground/shared-memory";

const COUNTER = 0;
/** Whose turn it is. */
const TURN = 1;
/** Additions of each process. */
const ADDITIONS = 1_000;

export default defineDemo({
  name: "least",
  title: "A lost update in slow motion, and the worst that can happen",
  claims: {
    half: {
      says: "At worst, one of two processes has added in vain: what the other added is there.",
      expect: "refuted",
      source: "Downey, The Little Book of Semaphores, 1.5.2, a puzzle",
    },
  },
  predict: {
    question:
      "Two processes do counter++ a thousand times each. What is the least that can be in it afterwards?",
    choices: ["2000", "1000", "2"],
    answer: 2,
    because:
      "One reads 0, and is interrupted; what it then writes wipes out all that the other did. After that, the other way round.",
  },
  processes: {
    /** Begins its first addition, and ends it when the other has done all of its own but one. */
    first({ fd, log }) {
      using memory = mapMemfd(fd("memory"));
      const words = memory.view(Int32Array);
      const seen = load(log, words);
      pass(words, 0);
      store(log, words, seen + 1);
      pass(words, 0);
      add(log, words, ADDITIONS - 1);
      handOver(words, 0);
    },
    /** Begins its last addition, and ends it when the other has done all of its own. */
    second({ fd, log }) {
      using memory = mapMemfd(fd("memory"));
      const words = memory.view(Int32Array);
      awaitTurn(words, 1);
      add(log, words, ADDITIONS - 1);
      pass(words, 1);
      const seen = load(log, words);
      pass(words, 1);
      store(log, words, seen + 1);
    },
  },
  async run({ start, claim, step }) {
    using file = createMemfd({ bytes: 8, name: "least" });
    using memory = file.map();
    step(
      `Each adds 1, ${ADDITIONS} times: load, add, store. Each is interrupted once between load and store, in a bad moment.`,
    );
    const adders = (["first", "second"] as const).map((name) => start(name, { fds: { memory: file } }));
    await Promise.all(adders.map((adder) => adder.result()));
    const [sum = 0] = memory.view(Int32Array);
    claim("half", sum >= ADDITIONS, `${2 * ADDITIONS} additions, and the counter says ${sum}`);
  },
});

/** The three steps of counter++: this one, an addition in a register, and {@link store}. */
function load(log: Log, words: Int32Array): number {
  const seen = words[COUNTER] as number;
  log.event("load", { object: "counter", result: `${seen}` });
  return seen;
}

function store(log: Log, words: Int32Array, value: number): void {
  words[COUNTER] = value;
  log.event("store", { object: "counter", result: `${value}` });
}

function add(log: Log, words: Int32Array, times: number): void {
  for (let i = 0; i < times; i++) (words[COUNTER] as number)++;
  log.event(`counter++ ×${times}`, { object: "counter", result: `${words[COUNTER]}` });
}

/** Let the other process run, and wait until it lets this one. */
function pass(words: Int32Array, me: number): void {
  handOver(words, me);
  awaitTurn(words, me);
}

function handOver(words: Int32Array, me: number): void {
  Atomics.store(words, TURN, 1 - me);
  futexWake(words.subarray(TURN, TURN + 1), 1);
}

function awaitTurn(words: Int32Array, me: number): void {
  while (Atomics.load(words, TURN) !== me) futexWait(words.subarray(TURN, TURN + 1), 1 - me, Infinity);
}
