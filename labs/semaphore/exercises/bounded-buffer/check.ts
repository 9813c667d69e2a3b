import { IpcError } from "@ipc-playground/contract";
import { defineExercise, type ExerciseContext, type ProcessContext } from "@ipc-playground/lab-kit";
import { resultOf, submitted } from "@ipc-playground/lab-kit/exercises";
import type { Actor } from "@ipc-playground/lab-kit/runner";
import { createSemaphoreSet, SemaphoreSet } from "@ipc-playground/semaphores";
import { ObservedSet } from "../observed-set.ts";
import { Sleepers } from "../sleepers.ts";
import { mapWords, shareWords } from "../words.ts";
import type { Ring } from "./ring.ts";

type Submission = typeof import("./starter.ts");

const CAPACITY = 3;
/** Items of each producer where nobody is held up. */
const MANY = 300;
/** In shared memory: how many were added and removed, the pid of who is inside the ring, and the places. */
const [ADDED, REMOVED, INSIDE, PLACES] = [0, 1, 2, 3];
const WORDS = PLACES + CAPACITY;
/** The checker's own semaphores: where a process pauses inside the ring, and where it pauses in front of a call. */
const [IN_RING, AT_CALL] = [0, 1];

export default defineExercise({
  name: "bounded-buffer",
  title: "A bounded buffer for many",
  hints: [
    "Look at who sleeps with what in hand. The mutex is for the moment of adding and removing; waiting for a place or an item may take for ever.",
    "Wait for the place (or the item) first, and for the mutex last. Then whoever has the mutex never sleeps, so the others get it soon.",
    "put: wait(SLOTS), wait(MUTEX), add, post(MUTEX), post(ITEMS). get: the same with ITEMS and SLOTS exchanged.",
  ],
  processes: {
    producer: (context) =>
      used(context, "put", (submission, set, ring) => {
        for (let i = 0; i < context.number("items"); i++)
          submission.put(set, ring, context.number("first") + i);
      }),
    consumer: (context) =>
      used(context, "get", (submission, set, ring) =>
        Array.from({ length: context.number("items") }, () => submission.get(set, ring)),
      ),
    /** The values that the submission wants its semaphores to begin with. */
    async values(context) {
      return (await submitted<Submission>(context, "values")).values(CAPACITY);
    },
  },
  schedules: {
    one: {
      says: "Two items, put and then got.",
      async run(context) {
        using stage = await stageOf(context);
        await resultOf(context, stage.producer("producer", { first: 1, items: 2 }));
        inOrder(context, [1, 2], await resultOf(context, stage.consumer("consumer", { items: 2 })));
      },
    },
    together: {
      says: "While one is inside the ring, nobody else is.",
      async run(context) {
        using stage = await stageOf(context);
        await resultOf(context, stage.producer("first producer", { first: 1, items: 1 }));
        const slow = stage.producer("slow producer", { first: 2, items: 1, pausesIn: 1 });
        await stage.paused(IN_RING, slow);
        const others = [
          stage.producer("producer", { first: 3, items: 1 }),
          stage.consumer("consumer", { items: 1 }),
        ];
        // They sleep for the one that is inside; or they went in, which the ring has told.
        for (const other of others) await stage.asleep(other);
        stage.release(IN_RING);
        for (const actor of [slow, ...others]) await stage.result(actor, [slow, ...others]);
      },
    },
    anywhere: {
      says: "A producer is held up in front of each of its calls in turn; a consumer comes meanwhile.",
      async run(context) {
        for (let call = 1; ; call++) {
          using stage = await stageOf(context);
          const slow = stage.producer("slow producer", { first: 1, items: 1, pausesAt: call });
          if (!(await stage.pausedOrDone(slow))) return;
          const consumer = stage.consumer("consumer", { items: 1 });
          await stage.asleepOrDone(consumer);
          stage.release(AT_CALL);
          const all = [slow, consumer];
          inOrder(context, [1], await stage.result(consumer, all));
          await stage.result(slow, all);
        }
      },
    },
    full: {
      says: `A producer of ${CAPACITY + 2} items finds it full and sleeps, until a consumer comes.`,
      async run(context) {
        using stage = await stageOf(context);
        const producer = stage.producer("producer", { first: 1, items: CAPACITY + 2 });
        await stage.asleep(producer);
        const consumer = stage.consumer("consumer", { items: CAPACITY + 2 });
        const all = [producer, consumer];
        const got = await stage.result<number[]>(consumer, all);
        inOrder(
          context,
          Array.from({ length: CAPACITY + 2 }, (_, i) => i + 1),
          got,
        );
        await stage.result(producer, all);
      },
    },
    empty: {
      says: "A consumer finds it empty and sleeps, until a producer comes.",
      async run(context) {
        using stage = await stageOf(context);
        const consumer = stage.consumer("consumer", { items: 2 });
        await stage.asleep(consumer);
        const producer = stage.producer("producer", { first: 1, items: 2 });
        const all = [consumer, producer];
        inOrder(context, [1, 2], await stage.result(consumer, all));
        await stage.result(producer, all);
      },
    },
    many: {
      says: `Two producers with ${MANY} items each, and two consumers, all at once.`,
      async run(context) {
        using stage = await stageOf(context);
        const producers = [0, 1].map((i) =>
          stage.producer(`producer ${i + 1}`, { first: i * MANY, items: MANY, quiet: 1 }),
        );
        const consumers = [0, 1].map((i) => stage.consumer(`consumer ${i + 1}`, { items: MANY, quiet: 1 }));
        const all = [...producers, ...consumers];
        const got: number[] = [];
        for (const consumer of consumers) got.push(...(await stage.result<number[]>(consumer, all)));
        const different = new Set(got).size;
        context.require(
          different === 2 * MANY,
          `${2 * MANY} items were put, each once; ${got.length} were got, ${different} of them different`,
        );
      },
    },
  },
  starter: {
    schedule: "anywhere",
    observed:
      /^slow producer is asleep on semaphore 0, which consumer changed last; consumer is asleep on semaphore 2$/,
  },
  wrong: {
    "never-full": { schedule: "full", observed: /add\(\) was called, and the ring was full: 3 of 3/ },
    "half-mended": {
      schedule: "anywhere",
      observed:
        /^slow producer is asleep on semaphore 0, which consumer changed last; consumer is asleep on semaphore 2$/,
    },
    "no-mutex": {
      schedule: "together",
      observed: /(producer|consumer) was in (add|remove)\(\) while another process was inside the ring/,
    },
    "announces-first": {
      schedule: "anywhere",
      observed: /remove\(\) was called, and the ring was empty/,
    },
  },
});

type Context = ExerciseContext<"producer" | "consumer" | "values">;
type Args = { items: number; first?: number; pausesIn?: number; pausesAt?: number; quiet?: number };

/** Run the submission's function in a process, with a ring and a set that are watched. */
async function used<T>(
  context: ProcessContext,
  name: "put" | "get",
  run: (submission: Submission, set: SemaphoreSet, ring: Ring) => T,
): Promise<T> {
  const submission = await submitted<Submission>(context, name);
  const gates = new SemaphoreSet(context.number("gates"));
  const id = context.number("set");
  const set =
    context.number("quiet") === 1
      ? new SemaphoreSet(id)
      : new ObservedSet(id, context.log, (call) => {
          if (call === context.number("pausesAt")) gates.wait(AT_CALL);
        });
  return run(submission, set, watchedRing(context, gates));
}

function watchedRing({ fd, number, log }: ProcessContext, gates: SemaphoreSet): Ring {
  const words = mapWords(fd("memory"), WORDS);
  const name = number("consumes") === 1 ? "consumer" : "producer";
  const inside = <T>(call: string, action: () => T): T => {
    const other = Atomics.exchange(words, INSIDE, process.pid);
    if (other !== 0) throw unsafe(`a ${name} was in ${call}() while another process was inside the ring`);
    if (number("pausesIn") === 1) gates.wait(IN_RING);
    const result = action();
    Atomics.store(words, INSIDE, 0);
    if (number("quiet") === 0) log.event(call, { result: `${result}` });
    return result;
  };
  const count = () => Atomics.load(words, ADDED) - Atomics.load(words, REMOVED);
  return {
    capacity: CAPACITY,
    add: (item) =>
      void inside("add", () => {
        if (count() >= CAPACITY)
          throw unsafe(`add() was called, and the ring was full: ${count()} of ${CAPACITY}`);
        words[PLACES + (Atomics.add(words, ADDED, 1) % CAPACITY)] = item;
        return item;
      }),
    remove: () =>
      inside("remove", () => {
        if (count() <= 0) throw unsafe("remove() was called, and the ring was empty");
        return words[PLACES + (Atomics.add(words, REMOVED, 1) % CAPACITY)] as number;
      }),
  };
}

function unsafe(fact: string): IpcError {
  return new IpcError("EXERCISE_UNFINISHED", fact, "see the README of the exercise");
}

/** A ring, the submission's semaphores and the checker's gates. */
async function stageOf(context: Context) {
  const { start, own, until } = context;
  const values = await resultOf<number[]>(context, start("values"));
  const set = createSemaphoreSet(Number(own("sysv-sem")), values);
  const gates = createSemaphoreSet(Number(own("sysv-sem")), [0, 0]);
  const memory = shareWords(WORDS);
  const play = (process: "producer" | "consumer", as: string, args: Args) =>
    start(process, {
      as,
      fds: { memory: memory.fd },
      args: {
        ...{ set: set.id, gates: gates.id, first: 0, pausesIn: 0, pausesAt: 0, quiet: 0 },
        consumes: process === "consumer" ? 1 : 0,
        ...args,
      },
    });
  const ended = (actor: Actor) => (actor.running ? undefined : actor.failure());
  const sleeps = () => {
    const count = values.length;
    return Array.from({ length: count }, (_, i) => set.waiters(i)).reduce((sum, n) => sum + n, 0);
  };
  let asleep = 0;
  return {
    producer: (as: string, args: Args) => play("producer", as, args),
    consumer: (as: string, args: Args) => play("consumer", as, args),
    /** Until it sleeps in one of the submission's semaphores, beside those that do already. */
    async asleep(actor: Actor) {
      asleep++;
      await until(() => sleeps() >= asleep, { what: `${actor.name} to sleep`, orElse: () => ended(actor) });
    },
    asleepOrDone: (actor: Actor) =>
      until(() => sleeps() > 0 || !actor.running, { what: `${actor.name} to sleep, or to be done` }),
    paused: (gate: number, actor: Actor) =>
      until(() => gates.waiters(gate) === 1, {
        what: `${actor.name} to be there`,
        orElse: () => ended(actor),
      }),
    /** `false`: it has done all of its calls. */
    async pausedOrDone(actor: Actor): Promise<boolean> {
      await until(() => gates.waiters(AT_CALL) === 1 || !actor.running, { what: `${actor.name} to pause` });
      if (!actor.running) await resultOf(context, actor);
      return actor.running;
    },
    release: (gate: number) => gates.post(gate),
    result: <T>(actor: Actor, all: readonly Actor[]) =>
      resultOf<T>(
        context,
        actor,
        all.filter((other) => other !== actor),
        new Sleepers(all, set.id),
      ),
    [Symbol.dispose]: () => memory[Symbol.dispose](),
  };
}

function inOrder({ require }: Context, due: readonly number[], got: unknown): void {
  require(Array.isArray(got) && got.join() === due.join(), `${due.join(", ")} were put; get() gave ${got}`);
}
