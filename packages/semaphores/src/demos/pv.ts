import { defineDemo } from "@ipc-playground/lab-kit";
import { resourceUsage } from "@ipc-playground/libc";
import {
  createPosixSemaphore,
  createSemaphoreSet,
  openPosixSemaphore,
  SemaphoreSet,
} from "@ipc-playground/semaphores";
import { down, semPost, semWait, up } from "./telling.ts";

const COUNT = { index: 0, name: "count" };
const WAITERS = 3;

export default defineDemo({
  name: "pv",
  title: "P and V: a number that processes wait for",
  claims: {
    negative: {
      says: "The value of a semaphore may be negative, and then says how many processes wait.",
      expect: "refuted",
      source: "Dijkstra, and many a textbook; semctl(2): semval is never below 0, semncnt counts",
    },
    everybody: {
      says: "A post wakes everybody who waits.",
      expect: "refuted",
      source: "semop(2): as many as can go on",
    },
    looks: {
      says: "A process that waits for a semaphore keeps looking whether the value has grown.",
      expect: "refuted",
      source: "semop(2): it sleeps",
    },
    lost: {
      says: "A post for which nobody waits is lost.",
      expect: "refuted",
      source: "semop(2): it is added to the value",
    },
  },
  predict: {
    question: "Three processes wait for a semaphore whose value was 0. What is its value now?",
    choices: ["-3", "0", "3"],
    answer: 1,
    because:
      "The value only says how many can be taken. Linux keeps the number of waiters beside it (semncnt); a POSIX semaphore does not tell it at all.",
  },
  processes: {
    /** P. Returns how long it waited, and how much of a processor it used meanwhile, in milliseconds. */
    waiter({ number, log }) {
      const set = new SemaphoreSet(number("set"));
      const [before, began] = [resourceUsage("thread"), performance.now()];
      down(log, set, COUNT);
      const [after, waitedMs] = [resourceUsage("thread"), performance.now() - began];
      const usedMs = (after.userMicros + after.systemMicros - before.userMicros - before.systemMicros) / 1e3;
      return { waitedMs, usedMs };
    },
    /** P of a POSIX semaphore. */
    posixWaiter({ text, log }) {
      using semaphore = openPosixSemaphore(text("name"));
      semWait(log, semaphore, "POSIX count");
    },
    poster({ number, log }) {
      up(log, new SemaphoreSet(number("set")), COUNT);
    },
  },
  async run({ start, own, claim, step, until, log }) {
    const set = createSemaphoreSet(Number(own("sysv-sem")), [0]);
    const name = own("posix-sem");
    using posix = createPosixSemaphore(name, { value: 0 });
    step(`A System V semaphore of value 0 and ${WAITERS} processes that want one; and a POSIX one.`);
    const args = { set: set.id };
    const waiters = Array.from({ length: WAITERS }, (_, i) =>
      start("waiter", { as: `waiter ${i + 1}`, args }),
    );
    const other = start("posixWaiter", { as: "POSIX waiter", args: { name } });
    for (const waiter of waiters) await waiter.asleep({ in: "semop" });
    await other.asleep({ in: "sem_wait" });
    claim(
      "negative",
      set.value(0) < 0 || posix.value() < 0,
      `with ${WAITERS} asleep the value is ${set.value(0)}, and semncnt ${set.waiters(0)}; the POSIX one says ${posix.value()}`,
    );

    step("Another process posts once.");
    await start("poster", { args }).result();
    const first = await until(() => waiters.find((waiter) => !waiter.running), { what: "one to go on" });
    const left = set.waiters(0);
    claim(
      "everybody",
      left === 0,
      `after one post ${left} of ${WAITERS} are asleep, and the value is ${set.value(0)}`,
    );

    step("And the director posts for all that are left.");
    for (let i = 0; i < WAITERS - 1; i++) up(log, set, COUNT);
    semPost(log, posix, "POSIX count");
    for (const waiter of waiters) await waiter.result();
    const { waitedMs, usedMs } = await first.result<{ waitedMs: number; usedMs: number }>();
    claim(
      "looks",
      usedMs > waitedMs / 2,
      `${first.name} waited ${waitedMs.toFixed(1)} ms, of which ${usedMs.toFixed(1)} ms on a processor`,
    );

    step("Nobody waits now. A process posts, and only then somebody comes.");
    await start("poster", { args }).result();
    const value = set.value(0);
    const late = down(log, set, COUNT, { noWait: true }).kind;
    claim(
      "lost",
      late !== "taken",
      `the post made the value ${value}, and who came later did not wait: ${late}`,
    );
  },
});
