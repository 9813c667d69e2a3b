import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { resultOf, submitted } from "@ipc-playground/lab-kit/exercises";
import type { Actor } from "@ipc-playground/lab-kit/runner";
import { createMemfd, type Memfd, mapMemfd } from "@ipc-playground/shared-memory";
import {
  atEveryStep,
  CheckedWords,
  MEMORY_BYTES,
  openGate,
  Patience,
  rests,
  wasStopped,
} from "../checked-words.ts";
import { PUT, SLOTS, TAKEN } from "./starter.ts";

type Submission = typeof import("./starter.ts");

/** Values of the free race. */
const MANY = 50_000;
/** One more than the ring holds, so that a taker who finds no end is seen. */
const MOST = SLOTS + 1;
/** The last position before they begin again. */
const LAST = 2_147_483_647;

export default defineExercise({
  name: "ring",
  title: "A ring between two processes",
  hints: [
    "The position that you store tells the other process something: PUT says that the slot holds a value, TAKEN says that the slot is free. Say it when it is true, not before.",
    "`position % SLOTS` is negative for a negative position. SLOTS is a power of two: which bits of the position are the slot's number, whatever its sign?",
    "Keep positions Int32s: `(position + 1) | 0`, and a difference as `(a - b) | 0`. Then the difference is right even when one of them has begun again and the other has not. Compare differences, never which is greater.",
  ],
  processes: {
    /** Puts these values, as long as there is room. */
    async putter(context) {
      const { tryPut } = await submitted<Submission>(context, "tryPut");
      using memory = mapMemfd(context.fd("memory"));
      const words = new CheckedWords(memory, context.log, context.number("stopBefore"));
      const values = context.text("values").split(",").map(Number);
      return values.filter((value) => {
        const done = tryPut(words, value);
        context.log.event("tryPut", { object: `${value}`, result: done ? "done" : "full" });
        return done;
      });
    },
    /** Takes until the ring is empty, or so many. */
    async taker(context) {
      const { tryTake } = await submitted<Submission>(context, "tryTake");
      using memory = mapMemfd(context.fd("memory"));
      const words = new CheckedWords(memory, context.log, context.number("stopBefore"));
      const values: number[] = [];
      while (values.length < context.number("most")) {
        const value = tryTake(words);
        context.log.event("tryTake", { result: value === undefined ? "empty" : `${value}` });
        if (value === undefined) break;
        values.push(value);
      }
      return values;
    },
    /** Fills the ring, wants to put one more, and empties it; then the same again. */
    async alone(context) {
      const { tryPut, tryTake } = await submitted<Submission>(context, "tryTake");
      using memory = mapMemfd(context.fd("memory"));
      const words = new CheckedWords(memory, context.log);
      return [10, 20].map((tens) => {
        const values = [1, 2, 3, 4].map((one) => tens + one);
        const put = [...values, 99].filter((value) => tryPut(words, value));
        const taken = Array.from({ length: MOST }, () => tryTake(words) ?? "empty");
        context.log.event("filled and emptied", { result: taken.join(", ") });
        return { values, put, taken };
      });
    },
    async fastPutter(context) {
      const { tryPut } = await submitted<Submission>(context, "tryPut");
      using memory = mapMemfd(context.fd("memory"));
      const words = new CheckedWords(memory);
      const patience = new Patience();
      context.log.call("tryPut", `1 to ${MANY}`, () => {
        for (let value = 1; value <= MANY; value++) while (!tryPut(words, value)) patience.lookAgain();
      });
    },
    async fastTaker(context) {
      const { tryTake } = await submitted<Submission>(context, "tryTake");
      using memory = mapMemfd(context.fd("memory"));
      const words = new CheckedWords(memory);
      const patience = new Patience();
      return context.log.call("tryTake", `${MANY} values`, () => {
        for (let due = 1; due <= MANY; due++) {
          let value = tryTake(words);
          for (; value === undefined; value = tryTake(words)) patience.lookAgain();
          if (value !== due) return { kind: `${value} in place of ${due}`, due, value };
        }
        return { kind: "all", due: 0, value: 0 };
      });
    },
  },
  schedules: {
    full: {
      says: `It holds ${SLOTS} values, refuses one more, and gives them back in order; then the same again.`,
      run: (context) => filledAndEmptied(context, 0),
    },
    wraps: {
      says: "It goes on when the positions begin again, with values in it.",
      async run(context) {
        for (const start of [LAST - 1, -1]) await filledAndEmptied(context, start);
      },
    },
    slowPutter: {
      says: "The putter is stopped at any step; a taker takes what is there; the putter goes on.",
      run: (context) =>
        atEveryStep(context, async (stopBefore) => {
          using file = ringAt(LAST);
          using memory = file.map();
          const putter = put(context, file, [6], stopBefore, "slow putter");
          const stopped = await rests(putter);
          const before = await ended(context, take(context, file), [putter]);
          openGate(memory);
          same(context, "put", await ended(context, putter), [6]);
          const after = await ended(context, take(context, file, MOST, 0, "next taker"));
          same(context, "taken", [...before, ...after], [6]);
          return stopped;
        }),
    },
    slowTaker: {
      says: "The taker is stopped at any step; a putter fills the ring; the taker goes on.",
      run: (context) =>
        atEveryStep(context, async (stopBefore) => {
          using file = ringAt(LAST);
          using memory = file.map();
          const first = [1, 2, 3, 4];
          same(context, "put", await ended(context, put(context, file, first)), first);
          const taker = take(context, file, 1, stopBefore, "slow taker");
          await rests(taker);
          const more = await ended(context, put(context, file, [5, 6], 0, "next putter"), [taker]);
          openGate(memory);
          const taken = await ended(context, taker);
          const rest = await ended(context, take(context, file, MOST, 0, "next taker"));
          same(context, "taken", [...taken, ...rest], [...first, ...more]);
          return wasStopped(taker);
        }),
    },
    race: {
      says: `${MANY} values, as fast as they go.`,
      async run(context) {
        using file = ringAt(LAST - MANY / 2);
        const putter = context.start("fastPutter", { as: "putter", fds: { memory: file } });
        const taker = context.start("fastTaker", { as: "taker", fds: { memory: file } });
        const { due, value } = await resultOf<{ due: number; value: number }>(context, taker, [putter]);
        context.require(due === 0, `tryTake() returned ${value}, where ${due} was due`);
        await resultOf(context, putter);
      },
    },
  },
  starter: { schedule: "wraps", observed: /^alone .*failed: there is no word -1/ },
  wrong: {
    "one-slot-free": { schedule: "full", observed: /^put were 11, 12, 13, where 11, 12, 13, 14 were due$/ },
    remainder: { schedule: "wraps", observed: /^alone .*failed: there is no word -1/ },
    compares: { schedule: "wraps", observed: /^put were 11, 12, 13, 14, 99, where 11, 12, 13, 14 were due$/ },
    "put-announces-early": { schedule: "slowPutter", observed: /^taken were 0, where 6 were due$/ },
    "take-releases-early": {
      schedule: "slowTaker",
      observed: /^taken were 5, 2, 3, 4, 5, where 1, 2, 3, 4, 5 were due$/,
    },
  },
});

interface Round {
  values: number[];
  put: number[];
  taken: (number | string)[];
}

type Context = ExerciseContext<"putter" | "taker" | "alone" | "fastPutter" | "fastTaker">;

/** A ring that has run for a while: so many values were put, and taken again. */
function ringAt(position: number): Memfd {
  const file = createMemfd({ bytes: MEMORY_BYTES, name: "ring" });
  using memory = file.map();
  const words = memory.view(Int32Array);
  words[PUT] = position;
  words[TAKEN] = position;
  return file;
}

function put({ start }: Context, memory: Memfd, values: number[], stopBefore = 0, as = "putter"): Actor {
  return start("putter", { as, args: { values: values.join(), stopBefore }, fds: { memory } });
}

function take({ start }: Context, memory: Memfd, most = MOST, stopBefore = 0, as = "taker"): Actor {
  return start("taker", { as, args: { most, stopBefore }, fds: { memory } });
}

function ended(context: Context, actor: Actor, others: Actor[] = []): Promise<number[]> {
  return resultOf<number[]>(context, actor, others);
}

async function filledAndEmptied(context: Context, position: number): Promise<void> {
  using memory = ringAt(position);
  const rounds = await resultOf<Round[]>(context, context.start("alone", { fds: { memory } }));
  for (const { values, put, taken } of rounds) {
    same(context, "put", put, values);
    same(context, "taken", taken, [...values, "empty"]);
  }
}

function same(
  { require }: Context,
  what: "put" | "taken",
  seen: (number | string)[],
  due: (number | string)[],
): void {
  const told = (values: (number | string)[]) => (values.length === 0 ? "none" : values.join(", "));
  require(seen.join() === due.join(), `${what} were ${told(seen)}, where ${told(due)} were due`);
}
