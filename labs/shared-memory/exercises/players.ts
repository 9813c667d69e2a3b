import type { ExerciseContext, ProcessContext } from "@ipc-playground/lab-kit";
import { resultOf } from "@ipc-playground/lab-kit/exercises";
import type { Actor } from "@ipc-playground/lab-kit/runner";
import { blockedCall, futexWait, futexWake, processStat } from "@ipc-playground/libc";
import { createMemfd, type Memfd, mapMemfd, type SharedMemory } from "@ipc-playground/shared-memory";
import { CheckedWords, SCENE_WORDS, type Watcher } from "./checked-words.ts";
import type { Words } from "./words.ts";

/*
 * Two processes play scenes, each in words of its own: one is stopped before a step, the other does what it
 * can, the first goes on. What they are to do stands in words in front of the scenes, 32 for each of them.
 */
const PLAYER_WORDS = 32;
const [ORDERS, DONE, SCENE, MOVE, VALUE, STOP, RESULT, STEPS, RESTING, STOPPED] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
];
/** The last scene whose stopped player may go on. */
const GATE = 2 * PLAYER_WORDS;
/** Where the scenes begin. */
const SCENES = 4 * PLAYER_WORDS;
/** Scenes that there is room for: more steps than a call may have. */
const MOST_SCENES = 1_100;
/** Where a checker's own notes begin, and how many there may be. */
const NOTES = SCENES + MOST_SCENES * SCENE_WORDS;
const MOST_NOTES = 100_000;

/** Memory for the scenes of one schedule. */
export function stageMemory(): Memfd {
  return createMemfd({ bytes: 4 * (NOTES + MOST_NOTES), name: "scenes" });
}

/** The words of a scene. */
export function sceneWords(memory: SharedMemory, scene: number): Int32Array {
  return memory.view(Int32Array, 4 * (SCENES + scene * SCENE_WORDS), SCENE_WORDS);
}

export function notes(memory: SharedMemory): Int32Array {
  return memory.view(Int32Array, 4 * NOTES, MOST_NOTES);
}

/** Let whoever is stopped in this scene, or in one before, go on. */
export function openGate(memory: SharedMemory, scene: number): void {
  const gate = memory.view(Int32Array, 4 * GATE, 1);
  Atomics.store(gate, 0, scene);
  futexWake(gate, 2 ** 30);
}

export type Move = (words: Words, value: number) => number;

/** What a player's process runs: it makes the moves that it is told, until the director ends it. */
export function obey({ fd, number, log }: ProcessContext, moves: readonly Move[]): never {
  const memory = mapMemfd(fd("memory"));
  const own = memory.view(Int32Array, 4 * PLAYER_WORDS * number("player"), PLAYER_WORDS);
  const gate = memory.view(Int32Array, 4 * GATE, 1);
  const orders = own.subarray(ORDERS, ORDERS + 1);
  for (let order = 1; ; order++) {
    log.call("ready", `for move ${order}`, () => {
      while (Atomics.load(orders, 0) < order) futexWait(orders, order - 1, Infinity);
    });
    const [scene, stop] = [own[SCENE] as number, own[STOP] as number];
    const watcher: Watcher = {
      log,
      before(step, op) {
        Atomics.add(own, STEPS, 1);
        if (step !== stop) return;
        own[STOPPED] = scene;
        Atomics.store(own, RESTING, 1);
        log.call("stopped", `before ${op}`, () => {
          for (let open = 0; open < scene; open = Atomics.load(gate, 0)) futexWait(gate, open, Infinity);
        });
        Atomics.store(own, RESTING, 0);
      },
      asleep: () => void Atomics.store(own, RESTING, 2),
      awake: () => void Atomics.store(own, RESTING, 0),
    };
    const words = new CheckedWords(sceneWords(memory, scene), watcher);
    own[RESULT] = (moves[own[MOVE] as number] as Move)(words, own[VALUE] as number);
    Atomics.store(own, DONE, order);
  }
}

/** A player, as the director sees it. */
export class Player {
  readonly #context: ExerciseContext<string>;
  readonly #actor: Actor;
  readonly #own: Int32Array;

  constructor(context: ExerciseContext<string>, actor: Actor, memory: SharedMemory, player: number) {
    this.#context = context;
    this.#actor = actor;
    this.#own = memory.view(Int32Array, 4 * PLAYER_WORDS * player, PLAYER_WORDS);
  }

  /** Have it make a move. `stopBefore`: the step before which it is stopped, until the scene's gate opens. */
  order(scene: number, move: number, value = 0, stopBefore = 0): void {
    this.#own.set([scene, move, value, stopBefore], SCENE);
    Atomics.add(this.#own, ORDERS, 1);
    futexWake(this.#own.subarray(ORDERS, ORDERS + 1), 1);
  }

  get name(): string {
    return this.#actor.name;
  }

  /** Whether it has made all moves that it was told. */
  get done(): boolean {
    return Atomics.load(this.#own, DONE) === Atomics.load(this.#own, ORDERS);
  }

  /** What its last move returned. */
  get result(): number {
    return this.#own[RESULT] as number;
  }

  /** Whether it sleeps in a wait of its own. */
  get sleeps(): boolean {
    return Atomics.load(this.#own, RESTING) === 2;
  }

  get steps(): number {
    return Atomics.load(this.#own, STEPS);
  }

  /** Whether it was stopped in that scene: otherwise its move has no such step. */
  wasStopped(scene: number): boolean {
    return this.#own[STOPPED] === scene;
  }

  /** Wait until it is done, stopped, or asleep. */
  async rests(): Promise<void> {
    await this.#context.until(() => !this.#actor.running || this.done || this.#isAsleep(), {
      what: () => `${this.name} to do its move (${this.#actor.whereabouts()})`,
    });
    // It never ends by itself: this throws what it has ended with.
    if (!this.#actor.running) await resultOf(this.#context, this.#actor);
  }

  #isAsleep(): boolean {
    if (Atomics.load(this.#own, RESTING) === 0 || processStat(this.#actor.pid)?.state !== "S") return false;
    return (blockedCall(this.#actor.pid)?.syscall ?? "futex") === "futex";
  }

  end(): void {
    this.#actor.kill("SIGKILL");
  }
}

/** Wait until nobody moves any more: all are done, stopped, or asleep, and nobody has taken a step meanwhile. */
export async function settle(players: readonly Player[]): Promise<void> {
  const steps = () => players.map((player) => player.steps).join();
  for (let before = ""; before !== steps(); ) {
    before = steps();
    for (const player of players) await player.rests();
  }
}

/** They have settled; who is not done sleeps, and nobody is left to wake it. */
export function requireDone({ require }: ExerciseContext<string>, players: readonly Player[]): void {
  const stories = players.map((player) => `${player.name} ${player.done ? "is done" : "sleeps in wait"}`);
  require(players.every(({ done }) => done), `nobody is left to wake anybody: ${stories.join(", ")}`);
}

/**
 * Play a scene over and over: with a player stopped before its first step, its second, and so on, until
 * there is no such step, and `play` says `false`. The number of the step is that of the scene.
 */
export async function atEveryStep(
  { step }: ExerciseContext<string>,
  play: (scene: number) => Promise<boolean>,
): Promise<void> {
  for (let scene = 1; ; scene++) {
    step(`Stopped before step ${scene}.`);
    if (!(await play(scene))) return;
  }
}

/** Start two players of these bodies, play, and end them. */
export async function withPlayers<P extends string>(
  context: ExerciseContext<P>,
  names: readonly { body: NoInfer<P>; as: string }[],
  play: (players: readonly Player[], memory: SharedMemory) => Promise<void>,
): Promise<void> {
  using file = stageMemory();
  using memory = file.map();
  const players = names.map(
    ({ body, as }, player) =>
      new Player(
        context as ExerciseContext<string>,
        context.start(body, { as, args: { player }, fds: { memory: file } }),
        memory,
        player,
      ),
  );
  await play(players, memory);
  for (const player of players) player.end();
}
