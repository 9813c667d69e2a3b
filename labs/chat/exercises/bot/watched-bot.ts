import { IpcError } from "@ipc-playground/contract";
import type { ExerciseContext } from "@ipc-playground/lab-kit";
import { Onlooker, placeIn, resultOf } from "@ipc-playground/lab-kit/exercises";

type Context = ExerciseContext<"bot">;
type Actor = ReturnType<Context["start"]>;

/** So often must nothing have happened, with a turn of our own event loop in between: nothing more comes. */
const LOOKS = 50;
/** So long may it take to come back, in milliseconds: the library waits longer after each try. */
const BACK_MS = 20_000;

/** The process that runs the submission. What is waited for ends with a complaint if it hangs, or is over. */
export class WatchedBot {
  readonly #context: Context;
  readonly #actor: Actor;
  #isToStop = false;

  constructor(context: Context, actor: Actor) {
    this.#context = context;
    this.#actor = actor;
  }

  get pid(): number {
    return this.#actor.pid;
  }

  /** It is online and has nothing to wait for: when it stands still, it does no more. */
  async isToDo(fact: () => boolean, complaint: () => string): Promise<void> {
    const onlooker = new Onlooker([this.#actor]);
    const story = () => `${complaint()} (${onlooker.story()})`;
    let looks = 0;
    await this.#context.until(fact, {
      what: () => `what was due; ${story()}`,
      orElse: () => {
        looks = !this.#actor.running || onlooker.isStill() ? looks + 1 : 0;
        return looks < LOOKS ? undefined : (this.#early() ?? unfinished(story()));
      },
    });
  }

  /** It may stand still on the way: the library waits before it tries again. */
  async isToCome(what: string, fact: () => boolean): Promise<void> {
    await this.#context.until(fact, {
      what: () => `${this.#actor.name} to ${what} (it is ${this.#actor.whereabouts()})`,
      orElse: () => this.#early(),
      withinMs: BACK_MS,
    });
  }

  /** Resolves when it knows that it is to stop. */
  async stop(): Promise<void> {
    this.#isToStop = true;
    this.#actor.kill("SIGTERM");
    await this.#actor.said("stop");
  }

  async ends(): Promise<void> {
    await resultOf(this.#context, this.#actor);
  }

  /** Why it is over, if it should not be. */
  #early(): IpcError | undefined {
    if (this.#actor.running) return undefined;
    if (this.#actor.exit?.code === 0) {
      return this.#isToStop ? undefined : unfinished("runBot() resolved, and nobody had told it to stop");
    }
    const { code, fact, nextStep, cause } = this.#actor.failure();
    return new IpcError(code, `${fact}${placeIn(cause)}`, nextStep, { cause });
  }
}

function unfinished(fact: string): IpcError {
  return new IpcError("EXERCISE_UNFINISHED", fact, "see the README of the exercise");
}
