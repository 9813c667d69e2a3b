import { defineDemo } from "@ipc-playground/lab-kit";
import { createSemaphoreSet, SemaphoreSet } from "@ipc-playground/semaphores";
import { mapWords, shareWords } from "./memory.ts";
import { down, up } from "./telling.ts";

const SLOTS = { index: 0, name: "free slots" };
const ITEMS = { index: 1, name: "items" };
const LOCK = { index: 2, name: "lock" };
const CAPACITY = 2;
const GATE = 3;

export default defineDemo({
  name: "undo-limits",
  title: "What SEM_UNDO cannot do",
  claims: {
    everywhere: {
      says: "With SEM_UNDO on every operation a program is safe from crashes.",
      expect: "refuted",
      source: "The Linux Programming Interface, 47.8",
    },
    exit: {
      says: "SEM_UNDO matters only when a process crashes.",
      expect: "refuted",
      source: "semop(2): when the process terminates, however it does",
    },
    data: {
      says: "When the lock is free again, what it guards is in order again.",
      expect: "refuted",
      source: "semop(2): the kernel gives back the number, not your data",
    },
  },
  predict: {
    question:
      "A producer waits for a slot and posts an item, both with SEM_UNDO, and exits. What does the consumer find?",
    choices: ["One item", "No item, and a buffer that seems empty", "An error"],
    answer: 1,
    because:
      "Undo takes back the post as well. SEM_UNDO fits where the one who takes is the one who gives back, as with a lock. It does not fit where one process posts for another.",
  },
  processes: {
    producer({ number, log }) {
      const set = new SemaphoreSet(number("set"));
      down(log, set, SLOTS, { undo: true });
      up(log, set, ITEMS, { undo: true, note: "The item is in the buffer. And it exits." });
      return set.values().slice(0, 2);
    },
    /** Moves money under a lock, and is killed in the middle of it. */
    bank({ fd, number, log }) {
      const set = new SemaphoreSet(number("set"));
      const accounts = mapWords(fd("memory"), 2);
      down(log, set, LOCK, { undo: true });
      Atomics.sub(accounts, 0, 50);
      log.event("half done", { note: "50 are out of one account, and not yet in the other." });
      set.wait(GATE);
    },
  },
  async run({ start, own, claim, step }) {
    const set = createSemaphoreSet(Number(own("sysv-sem")), [CAPACITY, 0, 1, 0]);
    step("A producer puts one item into a buffer, both operations with SEM_UNDO, and exits well.");
    const before = await start("producer", { args: { set: set.id } }).result<number[]>();
    const [slots, items] = set.values();
    claim(
      "everywhere",
      items === 1,
      `one item is in the buffer; the semaphores say ${slots} free slots of ${CAPACITY}, and ${items} items`,
    );
    claim(
      "exit",
      slots === before[0] && items === before[1],
      `it exited with status 0; slots and items were ${before.join(" and ")} before, ${slots} and ${items} afterwards`,
    );

    step("A bank moves 50 from one account to another, under a lock with SEM_UNDO, and dies in between.");
    using memory = shareWords(2);
    memory.words.set([100, 0]);
    const bank = start("bank", { args: { set: set.id }, fds: { memory: memory.fd } });
    await bank.said("half done");
    bank.kill("SIGKILL");
    await bank.exited();
    const [one = 0, two = 0] = memory.words;
    claim(
      "data",
      one + two === 100,
      `the lock is at ${set.value(LOCK.index)} again; the accounts have ${one} and ${two}, and had 100 and 0`,
    );
  },
});
