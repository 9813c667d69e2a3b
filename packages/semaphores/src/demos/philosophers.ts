import { defineDemo } from "@ipc-playground/lab-kit";
import type { Actor } from "@ipc-playground/lab-kit/runner";
import {
  circleIn,
  createSemaphoreSet,
  SemaphoreSet,
  type WaitsFor,
  waitForGraph,
} from "@ipc-playground/semaphores";
import { down, type Named, up } from "./telling.ts";

/** Five in the books. Three do the same, and fit on a screen. */
const NAMES = ["Ada", "Ben", "Cleo"];
const GATE = NAMES.length;
const fork = (index: number): Named => ({ index, name: `fork ${index + 1}` });

export default defineDemo({
  name: "philosophers",
  title: "Dining philosophers: a deadlock provoked, found and cured",
  claims: {
    deadlock: {
      says: "If every philosopher takes the left fork first, all may starve.",
      expect: "holds",
      source: "Dijkstra, 1965",
    },
    noticed: {
      says: "The kernel notices a deadlock, and ends it with an error.",
      expect: "refuted",
      source: "semop(2): no EDEADLK; compare fcntl(2)",
    },
    order: {
      says: "If everybody takes the fork with the lower number first, there is no deadlock.",
      expect: "holds",
      source: "Dijkstra, 1965: resource hierarchy",
    },
    timeout: {
      says: "A philosopher who puts back a fork when he has waited too long frees the others.",
      expect: "holds",
      source: "semtimedop(2)",
    },
  },
  predict: {
    question: "All have the left fork and wait for the right one. What does the kernel do?",
    choices: ["semop fails with EDEADLK", "Nothing: all sleep", "It kills one of them"],
    answer: 1,
    because:
      "A semaphore has no owner, so the kernel cannot know that the post will never come. But what it tells is enough for you to find out.",
  },
  processes: {
    /** Takes two forks, eats, and puts them back. `patienceMs` 0: it waits for the second one for ever. */
    philosopher({ number, log }) {
      const set = new SemaphoreSet(number("set"));
      const [first, second] = [fork(number("first")), fork(number("second"))];
      const patienceMs = number("patienceMs");
      for (let putBack = 0; ; putBack++) {
        down(log, set, first);
        // Until all have come so far: without it, the deadlock comes once in a thousand dinners.
        if (putBack === 0) set.wait(GATE);
        const waits = patienceMs === 0 ? {} : { withinMs: patienceMs * (1 + putBack) };
        const { kind } = down(log, set, second, waits);
        if (kind === "taken") {
          log.event("eats");
          for (const each of [second, first]) up(log, set, each);
          return putBack;
        }
        up(log, set, first, { note: "Waited too long: back with it." });
      }
    },
  },
  async run({ start, own, claim, unavailable, step, until, log }) {
    let set = createSemaphoreSet(Number(own("sysv-sem")), [...NAMES.map(() => 1), 0]);
    const sit = (forks: (i: number) => [number, number], patienceMs = (_: number) => 0): Actor[] =>
      NAMES.map((as, i) => {
        const [first, second] = forks(i);
        return start("philosopher", { as, args: { set: set.id, first, second, patienceMs: patienceMs(i) } });
      });
    const left = (i: number): [number, number] => [i, (i + 1) % NAMES.length];
    const dine = async (asleep: number) => {
      const at = () => NAMES.reduce((sum, _, i) => sum + set.waiters(i), 0);
      await until(() => set.waiters(GATE) === NAMES.length - asleep && at() === asleep, {
        what: "all to have a first fork, or to wait for it",
      });
      set.operate([{ index: GATE, change: NAMES.length }]);
    };

    step("Everybody takes the left fork; when all have it, the right one.");
    const stuck = sit(left);
    await dine(0);
    for (const each of stuck) await each.asleep({ in: "semop" });
    const graph = waitForGraph(
      set.id,
      stuck.map(({ pid }) => pid),
    );
    const circle = circleIn(graph);
    const values = set.values().slice(0, GATE);
    if (circle === null && graph.length < NAMES.length) {
      unavailable(
        "deadlock",
        "/proc/PID/syscall or /proc/PID/mem is not readable here: ptrace is restricted",
      );
    } else {
      const drawn = circle === null ? "no circle" : drawing(circle, stuck);
      log.event("wait-for graph", { note: `Read from /proc/PID/syscall and semctl GETPID: ${drawn}` });
      claim("deadlock", circle?.length === NAMES.length, `${drawn}; every fork is at ${Math.max(...values)}`);
    }
    const errors = stuck.filter(({ running }) => !running).length;
    claim(
      "noticed",
      errors > 0,
      `the circle is there, and ${stuck.length - errors} of ${stuck.length} are asleep in semop without an error`,
    );
    for (const each of stuck) each.kill("SIGKILL");
    for (const each of stuck) await each.exited();
    set.remove();

    step("The cure by order: everybody takes the fork with the lower number first.");
    set = createSemaphoreSet(Number(own("sysv-sem")), [...NAMES.map(() => 1), 0]);
    const orderly = sit((i) => left(i).sort((a, b) => a - b) as [number, number]);
    await dine(1);
    const circleNow = () =>
      circleIn(
        waitForGraph(
          set.id,
          orderly.map(({ pid }) => pid),
        ),
      ) !== null;
    await until(() => orderly.every(({ running }) => !running) || circleNow(), {
      what: "dinner to end, or a deadlock",
    });
    const eaten = orderly.filter(({ running }) => !running).length;
    claim(
      "order",
      eaten === NAMES.length,
      `as bad a moment, but one waited with empty hands: ${eaten} of ${NAMES.length} have eaten`,
    );

    step("The cure by patience: the left fork first, but nobody waits long for the right one.");
    const patient = sit(left, (i) => 10 + 15 * i);
    await dine(0);
    const putBack: number[] = [];
    for (const each of patient) putBack.push(await each.result<number>());
    claim(
      "timeout",
      putBack.some((times) => times > 0),
      `all have eaten; forks were put back ${putBack.join(", ")} times by ${NAMES.join(", ")}`,
    );
  },
});

/** `Ada ─fork 2─▶ Ben ─fork 3─▶ … Ada`. */
function drawing(circle: readonly WaitsFor[], actors: readonly Actor[]): string {
  const name = (pid: number | undefined) => actors.find((actor) => actor.pid === pid)?.name ?? `pid ${pid}`;
  const arrows = circle.map(({ pid, index }) => `${name(pid)} ─${fork(index).name}─▶ `);
  return `${arrows.join("")}${name(circle[0]?.pid)}`;
}
