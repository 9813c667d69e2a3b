import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { resultOf, submitted } from "@ipc-playground/lab-kit/exercises";
import { mapMemfd, type SharedMemory } from "@ipc-playground/shared-memory";
import { CheckedWords } from "../checked-words.ts";
import {
  atEveryStep,
  notes,
  obey,
  openGate,
  type Player,
  requireDone,
  sceneWords,
  settle,
  stageMemory,
  withPlayers,
} from "../players.ts";
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
    /** Its one move: to book so many seats. */
    async booker(context) {
      const { book } = await submitted<Submission>(context, "book");
      obey(context, [
        (words, count) => {
          const seat = book(words, count);
          context.log.event("book", {
            object: `${count} side by side`,
            result: seat < 0 ? "refused" : `seat ${seat}`,
          });
          return seat;
        },
      ]);
    },
    /** Books seats one by one as fast as it can, and notes down which it got. */
    async racer(context) {
      const { book } = await submitted<Submission>(context, "book");
      using memory = mapMemfd(context.fd("memory"));
      const words = new CheckedWords(sceneWords(memory, 1));
      const sold = notes(memory);
      return context.log.call("book", "until there are none", () => {
        let count = 0;
        for (let seat = book(words, 1); seat >= 0 && count <= MANY; seat = book(words, 1), count++)
          Atomics.add(sold, seat, 1);
        return { kind: `${count} seats`, count };
      });
    },
  },
  schedules: {
    alone: {
      says: "One process after the other: side by side, and none beyond the last.",
      run: (context) =>
        withPlayers(context, [{ body: "booker", as: "booker" }], async (players, memory) => {
          const [player] = players as [Player];
          const words = hall(memory, 1, { seats: 10, sold: 0 });
          const seats: number[] = [];
          for (const count of [8, 3, 2, 1]) {
            player.order(1, 0, count);
            await settle(players);
            requireDone(context, players);
            seats.push(player.result);
          }
          context.require(
            seats.join() === "0,-1,8,-1",
            `10 seats; booked 8, 3, 2, 1: 0, -1, 8, -1 were due, and book() returned ${seats.join(", ")}`,
          );
          refused(context, words, 2);
        }),
    },
    between: {
      says: "One process is stopped at any step; another one books; the first goes on.",
      run: (context) =>
        scenes(context, { seats: 10, sold: 0, first: 2, second: 1 }, ({ first, second }) => {
          const apart = second < first || second >= first + 2;
          context.require(
            first >= 0 && second >= 0 && apart,
            `10 free seats: the first process got 2 from seat ${first} on, the second got seat ${second}`,
          );
        }),
    },
    last: {
      says: "Two want the last seats, and there are enough for one of them.",
      run: (context) =>
        scenes(context, { seats: 10, sold: 7, first: 2, second: 2 }, ({ first, second }, words) => {
          context.require(
            [first, second].sort().join() === "-1,7",
            `3 seats were left, and two processes wanted 2 each: they got ${first} and ${second}, where 7 and -1 were due`,
          );
          refused(context, words, 1);
        }),
    },
    tooMany: {
      says: "Who wants more than there is takes nothing from those who want less.",
      run: (context) =>
        scenes(context, { seats: 10, sold: 8, first: 3, second: 2 }, ({ first, second }, words) => {
          context.require(
            first === -1 && second === 8,
            `2 seats were left; who wanted 3 got ${first}, and who wanted 2 got ${second}, where -1 and 8 were due`,
          );
          refused(context, words, 1);
        }),
    },
    refusals: {
      says: "Every refusal is counted.",
      run: (context) =>
        scenes(context, { seats: 10, sold: 10, first: 1, second: 1 }, (_, words) =>
          refused(context, words, 2),
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
}

function hall(
  memory: SharedMemory,
  scene: number,
  { seats, sold }: { seats: number; sold: number },
): Int32Array {
  const words = sceneWords(memory, scene);
  words[SEATS] = seats;
  words[SOLD] = sold;
  return words;
}

/** The first is stopped before a step, the second books, the first goes on: for each of its steps. */
function scenes(
  context: Context,
  { seats, sold, first: wants, second: alsoWants }: Scene,
  judge: (got: { first: number; second: number }, words: Int32Array) => void,
): Promise<void> {
  const names = ["first", "second"].map((as) => ({ body: "booker" as const, as }));
  return withPlayers(context, names, (players, memory) =>
    atEveryStep(context, async (scene) => {
      const [first, second] = players as [Player, Player];
      const words = hall(memory, scene, { seats, sold });
      first.order(scene, 0, wants, scene);
      await settle([first]);
      if (!first.wasStopped(scene)) return false;
      second.order(scene, 0, alsoWants);
      await settle(players);
      context.require(second.done, "the second process sleeps, and waits for the first, which is stopped");
      openGate(memory, scene);
      await settle(players);
      requireDone(context, players);
      judge({ first: first.result, second: second.result }, words);
      return true;
    }),
  );
}

async function race(context: Context): Promise<void> {
  using file = stageMemory();
  using memory = file.map();
  hall(memory, 1, { seats: MANY, sold: 0 });
  const racers = [1, 2].map((n) => context.start("racer", { as: `racer ${n}`, fds: { memory: file } }));
  for (const racer of racers) await resultOf(context, racer, racers);
  const sold = notes(memory);
  const wrong = sold.findIndex((count) => count !== 1);
  context.require(wrong < 0, `seat ${wrong} of ${MANY} was sold ${sold[wrong]} times`);
}

function refused({ require }: Context, words: Int32Array, due: number): void {
  const count = words[REFUSED];
  require(count ===
    due, `${due} ${due === 1 ? "booking was" : "bookings were"} refused, and REFUSED says ${count}`);
}
