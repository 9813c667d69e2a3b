import { defineDemo } from "@ipc-playground/lab-kit";
import { createSemaphoreSet, pendingSemop, SemaphoreSet } from "@ipc-playground/semaphores";
import { down, type Named, up } from "./telling.ts";

const MUTEX = { index: 0, name: "mutex" };
const SLOTS = { index: 1, name: "free slots" };
const ITEMS = { index: 2, name: "items" };
const NAMES: readonly Named[] = [MUTEX, SLOTS, ITEMS];

export default defineDemo({
  name: "wrong-order",
  title: "The same buffer with two waits exchanged: deadlock",
  claims: {
    waits: {
      says: "It does not matter in which order a process waits for two semaphores, as long as it waits for both.",
      expect: "refuted",
      source: 'Downey, The Little Book of Semaphores, "Producer-consumer problem": deadlock',
    },
    posts: {
      says: "The order of the two posts matters just as much.",
      expect: "refuted",
      source: "sem_post(3), semop(2): a post never sleeps",
    },
    visible: {
      says: "From outside nobody can tell a deadlock from slow work.",
      expect: "refuted",
      source: "semctl(2), GETNCNT and GETPID; proc(5), /proc/PID/syscall",
    },
  },
  predict: {
    question:
      "The buffer is empty. A consumer takes the mutex, and then waits for an item. What does the producer do?",
    choices: ["It puts an item in", "It sleeps for ever", "It gets EDEADLK"],
    answer: 1,
    because:
      "To put an item in it needs the mutex, which sleeps in the consumer's hands. First wait for the item, then for the mutex.",
  },
  processes: {
    consumer({ number, log }) {
      const set = new SemaphoreSet(number("set"));
      const waits = number("wrong") === 1 ? [MUTEX, ITEMS] : [ITEMS, MUTEX];
      for (const semaphore of waits) down(log, set, semaphore);
      // The same exchange behind the work, where it does no harm.
      const posts = number("wrong") === 1 ? [MUTEX, SLOTS] : [SLOTS, MUTEX];
      for (const semaphore of posts) up(log, set, semaphore);
    },
    producer({ number, log }) {
      const set = new SemaphoreSet(number("set"));
      for (const semaphore of [SLOTS, MUTEX]) down(log, set, semaphore);
      for (const semaphore of [MUTEX, ITEMS]) up(log, set, semaphore);
    },
  },
  async run({ start, own, claim, unavailable, step, until, log }) {
    const wrong = createSemaphoreSet(Number(own("sysv-sem")), [1, 1, 0]);
    step("An empty buffer with one place. The consumer takes the mutex, and then waits for an item.");
    const consumer = start("consumer", { args: { set: wrong.id, wrong: 1 } });
    await until(() => wrong.waiters(ITEMS.index) === 1, { what: "the consumer to wait for an item" });
    const producer = start("producer", { args: { set: wrong.id } });
    await until(() => wrong.waiters(MUTEX.index) === 1, { what: "the producer to wait for the mutex" });
    for (const who of [consumer, producer]) await who.asleep({ in: "semop" });
    const holder = wrong.lastPid(MUTEX.index);
    const name = [consumer, producer].find(({ pid }) => pid === holder)?.name;
    claim(
      "waits",
      !(holder === consumer.pid && consumer.running && producer.running),
      `values ${wrong.values().join(", ")}: the producer sleeps until the mutex is free, which the ${name} took, who sleeps until there is an item`,
    );
    const places = [consumer, producer].map(
      ({ pid }) => NAMES[pendingSemop(pid)?.operations[0]?.index ?? -1]?.name,
    );
    log.event("look", {
      note: `/proc/${consumer.pid}/syscall: the consumer sleeps on "${places[0]}". /proc/${producer.pid}/syscall: the producer sleeps on "${places[1]}".`,
    });
    if (places.includes(undefined))
      unavailable(
        "visible",
        "/proc/PID/syscall is not readable here: the kernel was built without it, or ptrace is restricted",
      );
    else
      claim(
        "visible",
        places[0] !== ITEMS.name || places[1] !== MUTEX.name,
        `the kernel says that the consumer is in a semop on "${places[0]}", the producer in one on "${places[1]}", and that pid ${holder} took the mutex last`,
      );
    for (const who of [consumer, producer]) who.kill("SIGKILL");
    for (const who of [consumer, producer]) await who.exited();
    wrong.remove();

    step("The cure: first wait for the item, then for the mutex. The posts stay exchanged.");
    const right = createSemaphoreSet(Number(own("sysv-sem")), [1, 1, 0]);
    const cured = start("consumer", { args: { set: right.id, wrong: 0 } });
    await until(() => right.waiters(ITEMS.index) === 1, { what: "the consumer to wait for an item" });
    await start("producer", { args: { set: right.id } }).result();
    await cured.result();
    const after = right.values();
    claim(
      "posts",
      after.join() !== "1,1,0",
      `the consumer posted the slots before the mutex, the producer the mutex before the items; both are done, values ${after.join(", ")}`,
    );
  },
});
