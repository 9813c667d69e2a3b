import { defineDemo } from "@ipc-playground/lab-kit";
import { createSemaphoreSet, SemaphoreSet } from "@ipc-playground/semaphores";
import { down, up } from "./telling.ts";

const PLACES = { index: 0, name: "places" };
const GATE = 1;
const POOL = 3;
const WORKERS = 6;

interface Stay {
  /** When it was in and when it left, by the clock that all processes share, in nanoseconds. */
  from: number;
  to: number;
}

export default defineDemo({
  name: "pool",
  title: `A pool of ${POOL}: a counting semaphore lets in as many as there are places`,
  claims: {
    never: {
      says: "A semaphore that begins at N never lets more than N in at once.",
      expect: "holds",
      source: "semop(2)",
    },
    one: {
      says: "A semaphore is for mutual exclusion: one at a time.",
      expect: "refuted",
      source: "semop(2): as many as its value",
    },
    order: {
      says: "Who has slept longest goes first.",
      expect: "holds",
      source: "Linux, ipc/sem.c, where all want the same; POSIX promises no order",
    },
  },
  processes: {
    worker({ number, log }): Stay {
      const set = new SemaphoreSet(number("set"));
      down(log, set, PLACES);
      const from = Number(process.hrtime.bigint());
      log.event("inside");
      set.wait(GATE);
      const to = Number(process.hrtime.bigint());
      up(log, set, PLACES);
      return { from, to };
    },
  },
  async run({ start, own, claim, step, until }) {
    const set = createSemaphoreSet(Number(own("sysv-sem")), [POOL, 0]);
    step(`${POOL} places, and ${WORKERS} workers, who come one after the other.`);
    const workers: ReturnType<typeof start>[] = [];
    for (let i = 1; i <= WORKERS; i++) {
      workers.push(start("worker", { as: `worker ${i}`, args: { set: set.id } }));
      const [inside, outside] = [Math.min(i, POOL), Math.max(0, i - POOL)];
      await until(() => set.waiters(GATE) === inside && set.waiters(0) === outside, {
        what: `worker ${i} to be inside or asleep`,
      });
    }
    const inside = set.waiters(GATE);
    claim("one", inside === 1, `${inside} workers are inside, ${set.waiters(0)} sleep in front of it`);

    step("They leave one by one.");
    for (let left = 1; left <= WORKERS; left++) {
      set.post(GATE);
      const due = Math.min(POOL, WORKERS - left);
      await until(
        () => workers.filter(({ running }) => !running).length === left && set.waiters(GATE) === due,
        {
          what: `${due} workers to be inside`,
        },
      );
    }
    const stays: Stay[] = [];
    for (const worker of workers) stays.push(await worker.result<Stay>());
    const most = Math.max(
      ...stays.map(({ from }) => stays.filter((stay) => stay.from <= from && from < stay.to).length),
    );
    claim("never", most <= POOL, `by their own clocks, at most ${most} were inside at once`);
    const served = stays
      .map(({ from }, i) => ({ from, worker: i + 1 }))
      .slice(POOL)
      .sort((a, b) => a.from - b.from)
      .map(({ worker }) => worker);
    const came = served.toSorted((a, b) => a - b);
    claim(
      "order",
      served.join() === came.join(),
      `they went to sleep as ${came.join(", ")}, and went in as ${served.join(", ")}`,
    );
  },
});
