import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { resultOf, submitted } from "@ipc-playground/lab-kit/exercises";
import { createMemfd, type Memfd, mapMemfd, type SharedMemory } from "@ipc-playground/shared-memory";
import { atEveryStep, CheckedWords, MEMORY_BYTES, NOTES, openGate, rests } from "../checked-words.ts";
import { REFUSED, SEATS, SOLD } from "./starter.ts";

type Submission = typeof import("./starter.ts");

/** Seats that are sold in the free race, one by one. */
const MANY = 100_000;

export default defineExercise({
  name: "booking",
  title: "No seat sold twice",
  hints: [
    "Between your load and your store the other process may sell. What you store then is old. You need one step that stores only if nothing has changed since you looked.",
    "`compareExchange(SOLD, first, first + count)` returns what it found. If that is `first`, the seats are yours. If not, somebody was faster: what it found is the new state, so decide again.",
    "Do not add first and look afterwards: until you have given back what was too much, others see seats as sold that are free. For REFUSED, which has no limit, one `add` is enough.",
  ],
  processes: {
    async booker(context) {
      const { book } = await submitted<Submission>(context, "book");
      using memory = mapMemfd(context.fd("memory"));
      const words = new CheckedWords(memory, context.log, context.number("stopBefore"));
      const count = context.number("count");
      let seat = -1;
      context.log.call("book", `${count} side by side`, () => {
        seat = book(words, count);
        return seat < 0 ? "refused" : `from seat ${seat}`;
      });
      return seat;
    },
    /** Books seats one by one as fast as it can, and notes down which it got. */
    async racer(context) {
      const { book } = await submitted<Submission>(context, "book");
      using memory = mapMemfd(context.fd("memory"));
      new CheckedWords(memory, context.log, 1).load(SEATS);
      const words = new CheckedWords(memory);
      const owners = memory.view(Int32Array, 4 * NOTES);
      return context.log.call("book", "until there are none", () => {
        let count = 0;
        for (let seat = book(words, 1); seat >= 0 && count <= MANY; seat = book(words, 1), count++)
          Atomics.add(owners, seat, 1);
        return { kind: `${count} seats`, count };
      });
    },
  },
  schedules: {
    alone: {
      says: "One process after the other: side by side, and none beyond the last.",
      async run(context) {
        using file = hall();
        using memory = file.map();
        fill(memory, { seats: 10 });
        const seats: number[] = [];
        for (const count of [8, 3, 2, 1])
          seats.push(await resultOf<number>(context, booker(context, file, "booker", count)));
        context.require(
          seats.join() === "0,-1,8,-1",
          `10 seats; booked 8, 3, 2, 1: 0, -1, 8, -1 were due, and book() returned ${seats.join(", ")}`,
        );
        refused(context, memory, 2);
      },
    },
    between: {
      says: "One process is stopped at any step; another one books; the first goes on.",
      run: (context) =>
        atEveryStep(context, (stopBefore) =>
          scene(context, { seats: 10, sold: 0, first: 2, second: 1, stopBefore }, ({ first, second }) => {
            const apart = second < first || second >= first + 2;
            context.require(
              first >= 0 && second >= 0 && apart,
              `10 free seats: the first process got 2 from seat ${first} on, the second got seat ${second}`,
            );
          }),
        ),
    },
    last: {
      says: "Two want the last seats, and there are enough for one of them.",
      run: (context) =>
        atEveryStep(context, (stopBefore) =>
          scene(context, { seats: 10, sold: 7, first: 2, second: 2, stopBefore }, (got, memory) => {
            context.require(
              [got.first, got.second].sort().join() === "-1,7",
              `3 seats were left, and two processes wanted 2 each: they got ${got.first} and ${got.second}, where 7 and -1 were due`,
            );
            refused(context, memory, 1);
          }),
        ),
    },
    tooMany: {
      says: "Who wants more than there is takes nothing from those who want less.",
      run: (context) =>
        atEveryStep(context, (stopBefore) =>
          scene(context, { seats: 10, sold: 8, first: 3, second: 2, stopBefore }, (got, memory) => {
            context.require(
              got.first === -1 && got.second === 8,
              `2 seats were left; who wanted 3 got ${got.first}, and who wanted 2 got ${got.second}, where -1 and 8 were due`,
            );
            refused(context, memory, 1);
          }),
        ),
    },
    refusals: {
      says: "Every refusal is counted.",
      run: (context) =>
        atEveryStep(context, (stopBefore) =>
          scene(context, { seats: 10, sold: 10, first: 1, second: 1, stopBefore }, (_, memory) =>
            refused(context, memory, 2),
          ),
        ),
    },
    race: {
      says: `Two processes race for ${MANY} seats.`,
      run: race,
    },
  },
  starter: {
    schedule: "between",
    observed: /^10 free seats: the first process got 2 from seat 0 on, the second got seat 0$/,
  },
  wrong: {
    "looks-then-adds": { schedule: "last", observed: /they got 9 and 7, where 7 and -1 were due$/ },
    "gives-back": {
      schedule: "tooMany",
      observed: /who wanted 3 got -1, and who wanted 2 got -1, where -1 and 8 were due$/,
    },
    lock: { schedule: "between", observed: /^second .*1000 steps, and no end: it waits awake/ },
    "counts-in-two-steps": {
      schedule: "refusals",
      observed: /^2 bookings were refused, and REFUSED says 1$/,
    },
  },
});

type Context = ExerciseContext<"booker" | "racer">;

interface Scene {
  seats: number;
  sold: number;
  /** How many seats each wants. */
  first: number;
  second: number;
  stopBefore: number;
}

function hall(): Memfd {
  return createMemfd({ bytes: MEMORY_BYTES, name: "hall" });
}

function fill(memory: SharedMemory, { seats, sold = 0 }: { seats: number; sold?: number }): void {
  const words = memory.view(Int32Array);
  words[SEATS] = seats;
  words[SOLD] = sold;
}

function booker({ start }: Context, memory: Memfd, as: string, count: number, stopBefore = 0) {
  return start("booker", { as, args: { count, stopBefore }, fds: { memory } });
}

/** The first is stopped before that step, the second books, the first goes on. `false`: it has no such step. */
async function scene(
  context: Context,
  { seats, sold, first: wants, second: alsoWants, stopBefore }: Scene,
  judge: (got: { first: number; second: number }, memory: SharedMemory) => void,
): Promise<boolean> {
  using file = hall();
  using memory = file.map();
  fill(memory, { seats, sold });
  const one = booker(context, file, "first", wants, stopBefore);
  if (!(await rests(one))) return false;
  const second = await resultOf<number>(context, booker(context, file, "second", alsoWants), [one]);
  openGate(memory);
  judge({ first: await resultOf<number>(context, one), second }, memory);
  return true;
}

async function race(context: Context): Promise<void> {
  using file = hall();
  using memory = file.map();
  fill(memory, { seats: MANY });
  const racers = [1, 2].map((n) => context.start("racer", { as: `racer ${n}`, fds: { memory: file } }));
  for (const racer of racers) await rests(racer);
  openGate(memory);
  for (const racer of racers) await resultOf(context, racer, racers);
  const owners = memory.view(Int32Array, 4 * NOTES, MANY);
  const wrong = owners.findIndex((count) => count !== 1);
  context.require(wrong < 0, `seat ${wrong} of ${MANY} was sold ${owners[wrong]} times`);
}

function refused({ require }: Context, memory: SharedMemory, due: number): void {
  const count = memory.view(Int32Array)[REFUSED];
  require(count ===
    due, `${due} ${due === 1 ? "booking was" : "bookings were"} refused, and REFUSED says ${count}`);
}
