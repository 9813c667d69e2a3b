import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { resultOf, submitted } from "@ipc-playground/lab-kit/exercises";
import { futexWake } from "@ipc-playground/libc";
import { mapMemfd, type SharedMemory } from "@ipc-playground/shared-memory";
import { CheckedWords } from "../checked-words.ts";
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
    /** Puts a value, or takes one. */
    async player(context) {
      const { put, take } = await submitted<Submission>(context, "take");
      obey(context, [
        (words, value) => {
          put(words, value);
          context.log.event("put", { result: `${value}` });
          return 0;
        },
        (words) => {
          const value = take(words);
          context.log.event("take", { result: `${value}` });
          return value;
        },
      ]);
    },
    async fastPutter(context) {
      const { put } = await submitted<Submission>(context, "put");
      using memory = mapMemfd(context.fd("memory"));
      const words = new CheckedWords(sceneWords(memory, 1));
      context.log.call("put", `1 to ${MANY}`, () => {
        for (let value = 1; value <= MANY; value++) put(words, value);
      });
    },
    async fastTaker(context) {
      const { take } = await submitted<Submission>(context, "take");
      using memory = mapMemfd(context.fd("memory"));
      const words = new CheckedWords(sceneWords(memory, 1));
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
      run: (context) =>
        onStage(context, async (stage) => {
          stage.putter.order(1, PUT, 7);
          await stage.settledDone();
          await stage.takes(1, [7]);
        }),
    },
    slowTaker: {
      says: "The taker is stopped at any step, and a putter does what it can; then the taker goes on.",
      run: (context) => onStage(context, (stage) => atEveryStep(context, (scene) => slowTaker(stage, scene))),
    },
    slowPutter: {
      says: "The putter is stopped at any step, and a taker does what it can; then the putter goes on.",
      run: (context) =>
        onStage(context, (stage) => atEveryStep(context, (scene) => slowPutter(stage, scene, EMPTY))),
    },
    noRoom: {
      says: "The same, when the mailbox was full before.",
      run: (context) =>
        onStage(context, (stage) => atEveryStep(context, (scene) => slowPutter(stage, scene, FULL))),
    },
    noReason: {
      says: "Who is woken for no reason sleeps again.",
      run: (context) =>
        onStage(context, async (stage) => {
          const { putter, taker } = stage;
          taker.order(1, TAKE);
          await stage.wakesForNothing(taker, 1);
          putter.order(1, PUT, 7);
          await stage.settledDone();
          stage.took(7);
          putter.order(1, PUT, 8);
          await stage.settledDone();
          putter.order(1, PUT, 9);
          await stage.wakesForNothing(putter, 1);
          await stage.takes(1, [8, 9]);
        }),
    },
    many: {
      says: `${MANY} values, as fast as they go.`,
      async run(context) {
        using file = stageMemory();
        const putter = context.start("fastPutter", { as: "putter", fds: { memory: file } });
        const taker = context.start("fastTaker", { as: "taker", fds: { memory: file } });
        const { due, value } = await resultOf<{ due: number; value: number }>(context, taker, [putter]);
        context.require(due === 0, `take() returned ${value}, where ${due} was due`);
        await resultOf(context, putter);
      },
    },
  },
  starter: {
    schedule: "slowTaker",
    observed: /^nobody is left to wake anybody: putter sleeps in wait, taker sleeps in wait$/,
  },
  wrong: {
    "stays-awake": { schedule: "slowTaker", observed: /^putter .*1000 steps, and no end: it waits awake/ },
    "looks-once": { schedule: "noReason", observed: /^take\(\) returned 0, where 7 was due$/ },
    "empties-first": { schedule: "slowTaker", observed: /^take\(\) returned 8, where 7 was due$/ },
    "wakes-first": { schedule: "slowTaker", observed: /^nobody is left to wake anybody: / },
    "flag-first": { schedule: "slowPutter", observed: /^take\(\) returned 7, where 8 was due$/ },
  },
});

type Context = ExerciseContext<"player" | "fastPutter" | "fastTaker">;

/** Numbers of a player's moves. */
const [PUT, TAKE] = [0, 1];

/** A putter and a taker, and what is asked of them again and again. */
class Stage {
  readonly putter: Player;
  readonly taker: Player;
  readonly players: readonly Player[];
  readonly #context: Context;
  readonly #memory: SharedMemory;

  constructor(context: Context, players: readonly Player[], memory: SharedMemory) {
    this.#context = context;
    this.#memory = memory;
    this.players = players;
    [this.putter, this.taker] = players as [Player, Player];
  }

  words(scene: number): Int32Array {
    return sceneWords(this.#memory, scene);
  }

  async open(scene: number): Promise<void> {
    openGate(this.#memory, scene);
    await this.settledDone();
  }

  async settledDone(): Promise<void> {
    await settle(this.players);
    requireDone(this.#context, this.players);
  }

  took(due: number): void {
    const { result } = this.taker;
    this.#context.require(result === due, `take() returned ${result}, where ${due} was due`);
  }

  async takes(scene: number, due: readonly number[]): Promise<void> {
    for (const value of due) {
      this.taker.order(scene, TAKE);
      await this.settledDone();
      this.took(value);
    }
  }

  async wakesForNothing(player: Player, scene: number): Promise<void> {
    await settle(this.players);
    const word = this.words(scene).subarray(STATE, STATE + 1);
    const result = `woke ${futexWake(word, 1)}`;
    this.#context.log.event("wake", { object: player.name, result, note: "For no reason." });
    await settle(this.players);
  }
}

function onStage(context: Context, play: (stage: Stage) => Promise<void>): Promise<void> {
  const names = ["putter", "taker"].map((as) => ({ body: "player" as const, as }));
  return withPlayers(context, names, (players, memory) => play(new Stage(context, players, memory)));
}

async function slowTaker(stage: Stage, scene: number): Promise<boolean> {
  const { putter, taker, players } = stage;
  taker.order(scene, TAKE, 0, scene);
  await settle(players);
  putter.order(scene, PUT, 7);
  await settle(players);
  const both = putter.done;
  if (both) putter.order(scene, PUT, 8);
  await settle(players);
  await stage.open(scene);
  stage.took(7);
  if (!both) putter.order(scene, PUT, 8);
  await stage.settledDone();
  await stage.takes(scene, [8]);
  return taker.wasStopped(scene);
}

/** There is a 7 in the mailbox, or there was one: then its word still holds it. */
async function slowPutter(stage: Stage, scene: number, state: number): Promise<boolean> {
  const { putter, taker, players } = stage;
  const words = stage.words(scene);
  words[VALUE] = 7;
  words[STATE] = state;
  const due = state === FULL ? [7, 8] : [8];
  putter.order(scene, PUT, 8, scene);
  await settle(players);
  taker.order(scene, TAKE);
  await settle(players);
  if (taker.done && due.length > 1) {
    stage.took(due.shift() as number);
    taker.order(scene, TAKE);
    await settle(players);
  }
  await stage.open(scene);
  stage.took(due.shift() as number);
  await stage.takes(scene, due);
  return putter.wasStopped(scene);
}
