import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { resultOf, submitted } from "@ipc-playground/lab-kit/exercises";
import type { Actor } from "@ipc-playground/lab-kit/runner";
import { futexWake } from "@ipc-playground/libc";
import { createMemfd, type Memfd, mapMemfd } from "@ipc-playground/shared-memory";
import { atEveryStep, CheckedWords, MEMORY_BYTES, openGate, rests, wasStopped } from "../checked-words.ts";
import { EMPTY, FULL, STATE, VALUE } from "./starter.ts";

type Submission = typeof import("./starter.ts");

/** Values that go through without anybody being stopped. */
const MANY = 5_000;

export default defineExercise({
  name: "mailbox",
  title: "A mailbox that loses no wake-up",
  hints: [
    "`wait(index, expected)` does not sleep if something else than `expected` is there. That is what saves a wake-up that comes just before it: give it the value that you saw when you decided to sleep.",
    "In the starter, STATE is loaded twice: once to decide, once for `wait`. If the other process changes it in between, `wait` sleeps on the new value, and that change was the last one.",
    "The order counts: first the value, then the state that says so, then the wake-up. And `wait` may return for no reason, so look again in a loop.",
  ],
  processes: {
    async putter(context) {
      const { put } = await submitted<Submission>(context, "put");
      using memory = mapMemfd(context.fd("memory"));
      const words = new CheckedWords(memory, context.log, context.number("stopBefore"));
      for (const value of context.text("values").split(",").map(Number)) {
        put(words, value);
        context.log.event("put", { result: `${value}` });
      }
    },
    async taker(context) {
      const { take } = await submitted<Submission>(context, "take");
      using memory = mapMemfd(context.fd("memory"));
      const words = new CheckedWords(memory, context.log, context.number("stopBefore"));
      const values: number[] = [];
      while (values.length < context.number("count")) {
        values.push(take(words));
        context.log.event("take", { result: `${values.at(-1)}` });
      }
      return values;
    },
    async fastPutter(context) {
      const { put } = await submitted<Submission>(context, "put");
      using memory = mapMemfd(context.fd("memory"));
      const words = new CheckedWords(memory);
      context.log.call("put", `1 to ${MANY}`, () => {
        for (let value = 1; value <= MANY; value++) put(words, value);
      });
    },
    async fastTaker(context) {
      const { take } = await submitted<Submission>(context, "take");
      using memory = mapMemfd(context.fd("memory"));
      const words = new CheckedWords(memory);
      return context.log.call("take", `${MANY} values`, () => {
        for (let due = 1; due <= MANY; due++) {
          const value = take(words);
          if (value !== due) return { kind: `${value} in place of ${due}`, due, value };
        }
        return { kind: "all", due: 0, value: 0 };
      });
    },
  },
  schedules: {
    one: {
      says: "A value is put, and then taken.",
      async run(context) {
        using file = mailbox();
        await resultOf(context, put(context, file, [7]));
        await came(context, take(context, file, 1), [], [7]);
      },
    },
    slowTaker: {
      says: "The taker is stopped at any step, and a putter does what it can; then the taker goes on.",
      run: (context) =>
        atEveryStep(context, async (stopBefore) => {
          using file = mailbox();
          using memory = file.map();
          const taker = take(context, file, 1, stopBefore);
          await rests(taker);
          const putter = put(context, file, [7, 8]);
          await bothRest(taker, putter);
          openGate(memory);
          await came(context, taker, [putter], [7]);
          await came(context, take(context, file, 1, 0, "next taker"), [putter], [8]);
          await resultOf(context, putter);
          return wasStopped(taker);
        }),
    },
    slowPutter: {
      says: "The putter is stopped at any step, and a taker does what it can; then the putter goes on.",
      run: (context) => atEveryStep(context, (stopBefore) => putSlowly(context, EMPTY, stopBefore)),
    },
    noRoom: {
      says: "The same, when the mailbox was full before.",
      run: (context) => atEveryStep(context, (stopBefore) => putSlowly(context, FULL, stopBefore)),
    },
    noReason: {
      says: "Who waits sleeps, and sleeps again when woken for no reason.",
      async run(context) {
        using file = mailbox();
        using memory = file.map();
        const word = memory.view(Int32Array, 4 * STATE, 1);
        const taker = take(context, file, 1);
        await taker.asleep({ in: "futex" });
        await wakeForNothing(context, taker, word);
        const putter = put(context, file, [7, 8, 9]);
        await came(context, taker, [putter], [7]);
        await putter.asleep({ in: "futex" });
        await wakeForNothing(context, putter, word);
        await came(context, take(context, file, 2), [putter], [8, 9]);
        await resultOf(context, putter);
      },
    },
    many: {
      says: `${MANY} values, as fast as they go.`,
      async run(context) {
        using file = mailbox();
        const putter = context.start("fastPutter", { as: "putter", fds: { memory: file } });
        const taker = context.start("fastTaker", { as: "taker", fds: { memory: file } });
        const { due, value } = await resultOf<{ due: number; value: number }>(context, taker, [putter]);
        context.require(due === 0, `take() returned ${value}, where ${due} was due`);
        await resultOf(context, putter);
      },
    },
  },
  starter: { schedule: "slowTaker", observed: /^taker is asleep in futex.*; putter is asleep in futex/ },
  wrong: {
    "stays-awake": { schedule: "slowTaker", observed: /^putter .*1000 steps, and no end: it waits awake/ },
    "looks-once": { schedule: "noReason", observed: /^take\(\) returned 0, where 7 was due$/ },
    "empties-first": { schedule: "slowTaker", observed: /^take\(\) returned 8, where 7 was due$/ },
    "wakes-first": {
      schedule: "slowTaker",
      observed: /^(next )?taker is asleep in futex/,
    },
    "flag-first": { schedule: "slowPutter", observed: /^take\(\) returned 7, where 8 was due$/ },
  },
});

type Context = ExerciseContext<"putter" | "taker" | "fastPutter" | "fastTaker">;

function mailbox(): Memfd {
  return createMemfd({ bytes: MEMORY_BYTES, name: "mailbox" });
}

/** In the mailbox there is a 7, or there was one: then its word still holds it. */
async function putSlowly(context: Context, state: number, stopBefore: number): Promise<boolean> {
  using file = mailbox();
  using memory = file.map();
  const words = memory.view(Int32Array);
  words[VALUE] = 7;
  words[STATE] = state;
  const putter = put(context, file, [8], stopBefore);
  await rests(putter);
  const due = state === FULL ? [7, 8] : [8];
  const taker = take(context, file, due.length);
  await bothRest(putter, taker);
  openGate(memory);
  await came(context, taker, [putter], due);
  await resultOf(context, putter);
  return wasStopped(putter);
}

function put({ start }: Context, memory: Memfd, values: number[], stopBefore = 0): Actor {
  return start("putter", { args: { values: values.join(), stopBefore }, fds: { memory } });
}

function take({ start }: Context, memory: Memfd, count: number, stopBefore = 0, as = "taker"): Actor {
  return start("taker", { as, args: { count, stopBefore }, fds: { memory } });
}

async function came(context: Context, taker: Actor, others: Actor[], due: number[]): Promise<void> {
  const values = await resultOf<number[]>(context, taker, others);
  const were = due.length === 1 ? "was" : "were";
  context.require(
    values.join() === due.join(),
    `take() returned ${values.join(", ")}, where ${due.join(", ")} ${were} due`,
  );
}

/** Each is stopped, sleeps in the mailbox, or has ended. The first is asked again: the second may have woken it. */
async function bothRest(one: Actor, other: Actor): Promise<void> {
  await rests(one);
  await rests(other);
  await rests(one);
}

async function wakeForNothing({ log }: Context, actor: Actor, word: Int32Array): Promise<void> {
  log.event("wake", { object: actor.name, result: `${futexWake(word, 1)}`, note: "For no reason." });
  await rests(actor);
}
