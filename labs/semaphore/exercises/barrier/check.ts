import { IpcError } from "@ipc-playground/contract";
import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { resultOf, submitted } from "@ipc-playground/lab-kit/exercises";
import type { Actor } from "@ipc-playground/lab-kit/runner";
import { createSemaphoreSet, pendingSemop, SemaphoreSet } from "@ipc-playground/semaphores";
import { ObservedSet } from "../observed-set.ts";
import { Sleepers } from "../sleepers.ts";
import { mapWords, shareWords } from "../words.ts";

type Submission = typeof import("./starter.ts");

/** Most parties of a schedule; the shared memory has a word for each: how many rounds it has come to. */
const MOST = 4;
const ROUNDS = 3;

export default defineExercise({
  name: "barrier",
  title: "A barrier for more than one round",
  hints: [
    "Who is fast comes to the next round while a slow one is still on its way out of the last one. What of the last round may it find open?",
    "Two turnstiles: one that opens when all have come in, and one that opens when all are through the first. Nobody begins a round before everybody has left the last.",
    "Let the last one post a turnstile once for each party, instead of leaving it open, and set the count back under the mutex. Do so for coming in, and then again for going out.",
  ],
  processes: {
    async party(context) {
      const { meet } = await submitted<Submission>(context, "meet");
      const { fd, number, log, text } = context;
      const came = mapWords(fd("memory"), MOST);
      const gate = new SemaphoreSet(number("gate"));
      const set = new ObservedSet(number("set"), log, (call) => {
        if (call === number("pausesAt")) gate.wait(0);
      });
      const names = JSON.parse(text("names")) as string[];
      for (let round = 1; round <= number("rounds"); round++) {
        if (round === number("restsBefore")) gate.wait(0);
        log.event("comes", { result: `round ${round}` });
        Atomics.store(came, number("me"), round);
        meet(set, number("parties"));
        const missing = names.filter((_, i) => Atomics.load(came, i) < round);
        if (missing.length > 0) {
          const facts = `${names[number("me")]} went on in round ${round}, to which ${missing.join(" and ")} had not come`;
          throw new IpcError("EXERCISE_UNFINISHED", facts, "see the README of the exercise");
        }
        log.event("goes on", { result: `round ${round}` });
      }
    },
    async values(context) {
      return (await submitted<Submission>(context, "values")).values(context.number("parties"));
    },
  },
  schedules: {
    one: {
      says: "Three come one after the other; nobody goes on before the third.",
      run: (context) => met(context, ["Ada", "Ben", "Cleo"], 1),
    },
    between: {
      says: "One takes a rest between two rounds; the other one waits for it.",
      run: async (context) => void (await heldUp(context, await valuesFor(context, 2), { restsBefore: 2 })),
    },
    slow: {
      says: "One is held up in front of each of its calls in turn; the other one is as fast as it can be.",
      async run(context) {
        const values = await valuesFor(context, 2);
        for (let call = 1; (await heldUp(context, values, { pausesAt: call })) === 1; call++);
      },
    },
    again: {
      says: `Three of them, ${ROUNDS} rounds.`,
      run: (context) => met(context, ["Ada", "Ben", "Cleo"], ROUNDS),
    },
    four: {
      says: "Four of them.",
      run: (context) => met(context, ["Ada", "Ben", "Cleo", "Dan"], ROUNDS),
    },
  },
  starter: {
    schedule: "between",
    observed: /fast went on in round 2, to which slow had not come/,
  },
  wrong: {
    "mutex-in-hand": {
      schedule: "one",
      observed:
        /^Ada is asleep on semaphore 2; Ben is asleep on semaphore 0, which Ada changed last; Cleo is asleep on semaphore 0/,
    },
    "never-resets": {
      schedule: "between",
      observed: /^slow is asleep on semaphore 2.*; fast is asleep on semaphore 2/,
    },
    "posts-for-all": {
      schedule: "slow",
      observed: /(slow|fast) went on in round 2, to which (slow|fast) had not come/,
    },
  },
});

type Context = ExerciseContext<"party" | "values">;

/** Where the one that is held up stops: in front of its n-th call, or before a round. 0: nowhere. */
interface Stop {
  pausesAt?: number;
  restsBefore?: number;
}

async function valuesFor(context: Context, parties: number): Promise<number[]> {
  return resultOf<number[]>(context, context.start("values", { args: { parties } }));
}

function meeting(
  { start, own }: Context,
  names: readonly string[],
  rounds: number,
  values: readonly number[],
) {
  const set = createSemaphoreSet(Number(own("sysv-sem")), values);
  const gate = createSemaphoreSet(Number(own("sysv-sem")), [0]);
  const memory = shareWords(MOST);
  const common = { set: set.id, gate: gate.id, parties: names.length, rounds, names: JSON.stringify(names) };
  return {
    set,
    gate,
    /** Which round each has come to. */
    came: memory.words,
    start: (me: number, { pausesAt = 0, restsBefore = 0 }: Stop = {}) =>
      start("party", {
        as: names[me] as string,
        fds: { memory: memory.fd },
        args: { ...common, me, pausesAt, restsBefore },
      }),
    [Symbol.dispose]: () => memory[Symbol.dispose](),
  };
}

/** All of them, each started when the one before it sleeps in the barrier. */
async function met(context: Context, names: readonly string[], rounds: number): Promise<void> {
  using here = meeting(context, names, rounds, await valuesFor(context, names.length));
  const actors: Actor[] = [];
  for (const me of names.keys()) {
    const actor = here.start(me);
    actors.push(actor);
    if (me < names.length - 1) await settled(context, here.set, actor);
  }
  await allDone(context, here.set, actors);
}

/**
 * Two parties, of whom one stops there until the other can do no more. Returns the round in which it
 * stopped, 0 if it never came so far.
 */
async function heldUp(context: Context, values: readonly number[], stop: Stop): Promise<number> {
  using here = meeting(context, ["slow", "fast"], 2, values);
  const stopped = () => here.gate.waiters(0) === 1;
  const stoppedOr = (other: () => boolean) =>
    context.until(() => stopped() || other(), { what: "slow to be held up" });
  // First to come: it is held up, or sleeps in the barrier. Only then comes the other one.
  const slow = here.start(0, stop);
  await stoppedOr(() => !slow.running || asleep(here.set, slow));
  const fast = here.start(1);
  await stoppedOr(() => !slow.running || (asleep(here.set, slow) && asleep(here.set, fast)));
  const round = stopped() ? (here.came[0] as number) : 0;
  if (stopped()) await settled(context, here.set, fast);
  here.gate.post(0);
  await allDone(context, here.set, [slow, fast]);
  return round;
}

/** Until it sleeps in the submission's set, or has ended. */
async function settled({ until }: Context, set: SemaphoreSet, actor: Actor): Promise<void> {
  await until(() => !actor.running || asleep(set, actor), { what: `${actor.name} to sleep, or to be done` });
  if (!actor.running && actor.exit?.code !== 0) throw actor.failure();
}

function asleep(set: SemaphoreSet, actor: Actor): boolean {
  return actor.running && pendingSemop(actor.pid)?.set === set.id;
}

async function allDone(context: Context, set: SemaphoreSet, actors: readonly Actor[]): Promise<void> {
  const witness = new Sleepers(actors, set.id);
  for (const actor of actors) {
    const others = actors.filter((other) => other !== actor);
    await resultOf(context, actor, others, witness);
  }
}
