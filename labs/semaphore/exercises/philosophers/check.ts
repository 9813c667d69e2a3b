import { IpcError } from "@ipc-playground/contract";
import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { resultOf, submitted } from "@ipc-playground/lab-kit/exercises";
import type { Actor } from "@ipc-playground/lab-kit/runner";
import { createSemaphoreSet, pendingSemop, SemaphoreSet } from "@ipc-playground/semaphores";
import { ObservedSet } from "../observed-set.ts";
import { Sleepers } from "../sleepers.ts";
import { mapWords, shareWords } from "../words.ts";

type Submission = typeof import("./starter.ts");

const NAMES = ["Ada", "Ben", "Cleo", "Dan", "Eve"];
const SEATS = NAMES.length;
/** Dinners of each where nobody is held up. */
const MANY = 200;
/** The checker's own semaphores: where a philosopher pauses between two calls, and where it pauses while it eats. */
const [AT_CALL, EATING] = [0, 1];

export default defineExercise({
  name: "philosophers",
  title: "Five philosophers who all get to eat",
  hints: [
    "All have one fork and wait for another: a circle. It closes because each of them goes around the table in the same direction.",
    "If somebody reaches for the forks in the other order than the rest, the circle has a gap. Which numbers do the last one's forks have?",
    "Take the fork with the lower number first, then the one with the higher. Or let only four sit down at once. Or take both in one `set.operate([...])`.",
  ],
  processes: {
    async philosopher(context) {
      const { dine } = await submitted<Submission>(context, "dine");
      const { fd, number, log } = context;
      const seat = number("seat");
      const forks = mapWords(fd("forks"), SEATS);
      const gates = new SemaphoreSet(number("gates"));
      const quiet = number("quiet") === 1;
      const set = quiet
        ? new SemaphoreSet(number("set"))
        : new ObservedSet(number("set"), log, (call) => {
            if (call === number("pausesAt")) gates.wait(AT_CALL);
          });
      let meals = 0;
      const eat = () => {
        const mine = [seat, (seat + 1) % SEATS];
        for (const fork of mine) {
          const other = Atomics.exchange(forks, fork, seat + 1);
          if (other !== 0) throw shared(seat, fork, other - 1);
        }
        if (!quiet) log.event("eats");
        if (number("eatsLong") === 1) gates.wait(EATING);
        for (const fork of mine) Atomics.store(forks, fork, 0);
        meals++;
      };
      for (let dinner = 0; dinner < number("dinners"); dinner++) dine(set, seat, SEATS, eat);
      return meals;
    },
    async values(context) {
      return (await submitted<Submission>(context, "values")).values(SEATS);
    },
  },
  schedules: {
    alone: {
      says: "One philosopher, alone at the table.",
      run: (context) => dinner(context, async (table) => ate(context, 1, await table.result(table.sit(0)))),
    },
    opposite: {
      says: "While one eats, another one who needs other forks eats as well.",
      run: (context) =>
        dinner(context, async (table) => {
          const one = table.sit(0, { eatsLong: 1 });
          await table.eating(1, one);
          const other = table.sit(2, { eatsLong: 1 });
          await context.until(() => table.areEating() === 2 || table.asleep(other) || !other.running, {
            what: "Cleo to eat, or to sleep",
          });
          context.require(
            table.areEating() === 2,
            `Ada eats with forks 0 and 1; forks 2 and 3 are free, and Cleo ${table.asleep(other) ? `is asleep on semaphore ${table.where(other)}` : "does not eat"}`,
          );
          table.letGo(EATING, 2);
          for (const who of [one, other]) ate(context, 1, await table.result(who));
        }),
    },
    neighbour: {
      says: "While one eats, its two neighbours wait, and eat afterwards.",
      run: (context) =>
        dinner(context, async (table) => {
          const one = table.sit(0, { eatsLong: 1 });
          await table.eating(1, one);
          const others = [table.sit(1), table.sit(SEATS - 1)];
          await table.settled(others);
          await sleepOn(context, others);
          table.letGo(EATING, 1);
          for (const who of [one, ...others]) ate(context, 1, await table.result(who));
        }),
    },
    circle: {
      says: "All five are held up in front of their n-th call, for each n; then all go on together.",
      async run(context) {
        let held = SEATS;
        for (let call = 2; held > 0 && call <= 8; call++) {
          await dinner(context, async (table) => {
            const all = NAMES.map((_, seat) => table.sit(seat, { pausesAt: call }));
            await table.settled(all);
            held = table.held();
            table.letGo(AT_CALL, SEATS);
            for (const who of all) ate(context, 1, await table.result(who));
          });
        }
      },
    },
    many: {
      says: `All five, ${MANY} dinners each.`,
      run: (context) =>
        dinner(context, async (table) => {
          const all = NAMES.map((_, seat) => table.sit(seat, { dinners: MANY, quiet: 1 }));
          for (const who of all) ate(context, MANY, await table.result(who));
        }),
    },
  },
  starter: {
    schedule: "circle",
    observed:
      /^Ada is asleep on fork 1, which Ben changed last; Ben is asleep on fork 2, which Cleo .*Eve is asleep on fork 0, which Ada changed last$/,
  },
  wrong: {
    "one-at-a-time": {
      schedule: "opposite",
      observed: /^Ada eats with forks 0 and 1; forks 2 and 3 are free, and Cleo is asleep on semaphore 5$/,
    },
    "out-of-patience": { schedule: "neighbour", observed: /Eve eats with fork 0, and so does Ada/ },
    "goes-hungry": { schedule: "neighbour", observed: /^Eve dined 1 time and ate 0 times$/ },
    "right-first": {
      schedule: "circle",
      observed:
        /^Ada is asleep on fork 0, which Eve changed last; .*Eve is asleep on fork 4, which Dan changed last$/,
    },
  },
});

type Context = ExerciseContext<"philosopher" | "values">;
type Manners = { pausesAt?: number; eatsLong?: number; dinners?: number; quiet?: number };
type Meals = { name: string; meals: number };

function shared(seat: number, fork: number, other: number): IpcError {
  const fact = `${NAMES[seat]} eats with fork ${fork}, and so does ${NAMES[other]}`;
  return new IpcError("EXERCISE_UNFINISHED", fact, "see the README of the exercise");
}

function ate({ require }: Context, due: number, { name, meals }: Meals): void {
  require(meals === due, `${name} dined ${due} time${due === 1 ? "" : "s"} and ate ${meals} times`);
}

/** So long, in milliseconds, must the neighbours of one who eats wait: longer than anybody's patience here. */
const LONG_MS = 300;

async function sleepOn({ until }: Context, actors: readonly Actor[]): Promise<void> {
  const since = performance.now();
  await until(() => actors.some(({ running }) => !running) || performance.now() - since > LONG_MS, {
    what: "the neighbours to wait",
    orElse: () => undefined,
  });
}

type Table = Awaited<ReturnType<typeof laid>>;

async function dinner(context: Context, play: (table: Table) => Promise<void>): Promise<void> {
  using table = await laid(context);
  await play(table);
}

/** The table: forks, gates, and what can be seen from above. */
async function laid(context: Context) {
  const { start, own, until } = context;
  const values = await resultOf<number[]>(context, start("values"));
  const set = createSemaphoreSet(Number(own("sysv-sem")), values);
  const gates = createSemaphoreSet(Number(own("sysv-sem")), [0, 0]);
  const forks = shareWords(SEATS);
  const guests: Actor[] = [];
  const asleep = (actor: Actor) => actor.running && pendingSemop(actor.pid)?.set === set.id;
  const paused = (actor: Actor) => actor.running && pendingSemop(actor.pid)?.set === gates.id;
  return {
    sit(seat: number, manners: Manners = {}): Actor {
      const args = { pausesAt: 0, eatsLong: 0, dinners: 1, quiet: 0, ...manners };
      const actor = start("philosopher", {
        as: NAMES[seat] as string,
        fds: { forks: forks.fd },
        args: { set: set.id, gates: gates.id, seat, ...args },
      });
      guests.push(actor);
      return actor;
    },
    asleep,
    where: (actor: Actor) =>
      pendingSemop(actor.pid)
        ?.operations.map(({ index }) => index)
        .join(" and "),
    areEating: () => gates.waiters(EATING),
    held: () => gates.waiters(AT_CALL),
    eating: (count: number, actor: Actor) =>
      until(() => gates.waiters(EATING) === count, {
        what: `${actor.name} to eat`,
        orElse: () => (actor.running ? undefined : actor.failure()),
      }),
    /** Until each of them sleeps somewhere, or is done. */
    settled: (actors: readonly Actor[]) =>
      until(() => actors.every((actor) => !actor.running || asleep(actor) || paused(actor)), {
        what: "all to be held up, asleep or done",
      }),
    letGo: (gate: number, count: number) => void gates.operate([{ index: gate, change: count }]),
    async result(actor: Actor): Promise<Meals> {
      const witness = new Sleepers(
        guests,
        set.id,
        (index) => `${index < SEATS ? "fork" : "semaphore"} ${index}`,
      );
      const others = guests.filter((other) => other !== actor);
      return { name: actor.name, meals: await resultOf<number>(context, actor, others, witness) };
    },
    [Symbol.dispose]: () => forks[Symbol.dispose](),
  };
}
