import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { resultOf, submitted } from "@ipc-playground/lab-kit/exercises";
import { mapMemfd, type SharedMemory } from "@ipc-playground/shared-memory";
import { CheckedWords, Patience } from "../checked-words.ts";
import {
  atEveryStep,
  obey,
  openGate,
  type Player,
  requireDone,
  sceneWords,
  settle,
  stageMemory,
  withPlayers,
} from "../players.ts";
import { PUT, SLOTS, TAKEN } from "./starter.ts";

type Submission = typeof import("./starter.ts");

/** Values of the free race. */
const MANY = 50_000;
/** Numbers of a player's moves. */
const [TRY_PUT, TRY_TAKE] = [0, 1];
/** What a move returns that had to be refused. */
const NONE = -1;
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
    /** Puts a value, or takes one. */
    async player(context) {
      const { tryPut, tryTake } = await submitted<Submission>(context, "tryTake");
      obey(context, [
        (words, value) => {
          const done = tryPut(words, value);
          context.log.event("tryPut", { object: `${value}`, result: done ? "done" : "full" });
          return done ? 1 : NONE;
        },
        (words) => {
          const value = tryTake(words);
          context.log.event("tryTake", { result: value === undefined ? "empty" : `${value}` });
          return value ?? NONE;
        },
      ]);
    },
    async fastPutter(context) {
      const { tryPut } = await submitted<Submission>(context, "tryPut");
      using memory = mapMemfd(context.fd("memory"));
      const words = new CheckedWords(sceneWords(memory, 1));
      const patience = new Patience();
      context.log.call("tryPut", `1 to ${MANY}`, () => {
        for (let value = 1; value <= MANY; value++) while (!tryPut(words, value)) patience.lookAgain();
      });
    },
    async fastTaker(context) {
      const { tryTake } = await submitted<Submission>(context, "tryTake");
      using memory = mapMemfd(context.fd("memory"));
      const words = new CheckedWords(sceneWords(memory, 1));
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
      run: (context) => onStage(context, (stage) => stage.filledAndEmptied(1, 0)),
    },
    wraps: {
      says: "It goes on when the positions begin again, with values in it.",
      run: (context) =>
        onStage(context, async (stage) => {
          await stage.filledAndEmptied(1, LAST - 1);
          await stage.filledAndEmptied(2, -1);
        }),
    },
    slowPutter: {
      says: "The putter is stopped at any step; a taker takes what is there; the putter goes on.",
      run: (context) =>
        onStage(context, (stage) =>
          atEveryStep(context, async (scene) => {
            stage.runFor(scene, LAST);
            stage.putter.order(scene, TRY_PUT, 6, scene);
            await stage.settle();
            const before = await stage.takeAll(scene);
            await stage.open(scene);
            stage.same("put", stage.putter.result === NONE ? [] : [6], [6]);
            stage.same("taken", [...before, ...(await stage.takeAll(scene))], [6]);
            return stage.putter.wasStopped(scene);
          }),
        ),
    },
    slowTaker: {
      says: "The taker is stopped at any step; a putter fills the ring; the taker goes on.",
      run: (context) =>
        onStage(context, (stage) =>
          atEveryStep(context, async (scene) => {
            stage.runFor(scene, LAST);
            const first = [1, 2, 3, 4];
            stage.same("put", await stage.putAll(scene, first), first);
            stage.taker.order(scene, TRY_TAKE, 0, scene);
            await stage.settle();
            const more = await stage.putAll(scene, [5]);
            await stage.open(scene);
            const taken = [stage.taker.result, ...(await stage.takeAll(scene))];
            stage.same("taken", taken, [...first, ...more]);
            return stage.taker.wasStopped(scene);
          }),
        ),
    },
    race: {
      says: `${MANY} values, as fast as they go.`,
      async run(context) {
        using file = stageMemory();
        using memory = file.map();
        sceneWords(memory, 1).set([LAST - MANY / 2, LAST - MANY / 2], PUT);
        const putter = context.start("fastPutter", { as: "putter", fds: { memory: file } });
        const taker = context.start("fastTaker", { as: "taker", fds: { memory: file } });
        const { due, value } = await resultOf<{ due: number; value: number }>(context, taker, [putter]);
        context.require(due === 0, `tryTake() returned ${value}, where ${due} was due`);
        await resultOf(context, putter);
      },
    },
  },
  starter: { schedule: "wraps", observed: /^putter .*failed: there is no word -1/ },
  wrong: {
    "one-slot-free": { schedule: "full", observed: /^put were 11, 12, 13, where 11, 12, 13, 14 were due$/ },
    remainder: { schedule: "wraps", observed: /^putter .*failed: there is no word -1/ },
    compares: { schedule: "wraps", observed: /^put were 11, 12, 13, 14, 99, where 11, 12, 13, 14 were due$/ },
    "put-announces-early": { schedule: "slowPutter", observed: /^taken were 0, where 6 were due$/ },
    "take-releases-early": {
      schedule: "slowTaker",
      observed: /^taken were 5, 2, 3, 4, 5, where 1, 2, 3, 4, 5 were due$/,
    },
  },
});

type Context = ExerciseContext<"player" | "fastPutter" | "fastTaker">;

/** A putter and a taker, and what is asked of them again and again. */
class Stage {
  readonly putter: Player;
  readonly taker: Player;
  readonly #players: readonly Player[];
  readonly #context: Context;
  readonly #memory: SharedMemory;

  constructor(context: Context, players: readonly Player[], memory: SharedMemory) {
    this.#context = context;
    this.#memory = memory;
    this.#players = players;
    [this.putter, this.taker] = players as [Player, Player];
  }

  /** A ring that has run for a while: so many values were put, and taken again. */
  runFor(scene: number, position: number): void {
    const words = sceneWords(this.#memory, scene);
    words[PUT] = position;
    words[TAKEN] = position;
  }

  settle(): Promise<void> {
    return settle(this.#players);
  }

  async open(scene: number): Promise<void> {
    openGate(this.#memory, scene);
    await settle(this.#players);
    requireDone(this.#context, this.#players);
  }

  /** Put as many as there is room for. Returns those. */
  async putAll(scene: number, values: readonly number[]): Promise<number[]> {
    const put: number[] = [];
    for (const value of values) {
      this.putter.order(scene, TRY_PUT, value);
      await settle([this.putter]);
      if (this.putter.result !== NONE) put.push(value);
    }
    return put;
  }

  /** Take until it is empty. One more than the ring holds is enough to see that it finds no end. */
  async takeAll(scene: number): Promise<number[]> {
    const taken: number[] = [];
    while (taken.length <= SLOTS) {
      this.taker.order(scene, TRY_TAKE);
      await settle([this.taker]);
      if (this.taker.result === NONE) break;
      taken.push(this.taker.result);
    }
    return taken;
  }

  async filledAndEmptied(scene: number, position: number): Promise<void> {
    this.runFor(scene, position);
    for (const tens of [10, 20]) {
      const values = [1, 2, 3, 4].map((one) => tens + one);
      this.same("put", await this.putAll(scene, [...values, 99]), values);
      this.same("taken", await this.takeAll(scene), values);
    }
  }

  same(what: "put" | "taken", seen: readonly number[], due: readonly number[]): void {
    const told = (values: readonly number[]) => (values.length === 0 ? "none" : values.join(", "));
    this.#context.require(
      seen.join() === due.join(),
      `${what} were ${told(seen)}, where ${told(due)} were due`,
    );
  }
}

function onStage(context: Context, play: (stage: Stage) => Promise<void>): Promise<void> {
  const names = ["putter", "taker"].map((as) => ({ body: "player" as const, as }));
  return withPlayers(context, names, (players, memory) => play(new Stage(context, players, memory)));
}
