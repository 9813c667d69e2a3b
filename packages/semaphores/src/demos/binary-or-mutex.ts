import { defineDemo } from "@ipc-playground/lab-kit";
import { errnoSymbol, futexLockPi, futexUnlockPi } from "@ipc-playground/libc";
import { createSemaphoreSet, SemaphoreSet } from "@ipc-playground/semaphores";
import { mapWords, shareWords } from "./memory.ts";
import { down, up, zeroIs } from "./telling.ts";

const LOCK = { index: 0, name: "lock" };
/** Where a process of this demo waits until the director lets it go on. */
const GATE = 1;

export default defineDemo({
  name: "binary-or-mutex",
  title: "A binary semaphore is no mutex: anybody may post",
  claims: {
    same: {
      says: "A binary semaphore is the same as a mutex.",
      expect: "refuted",
      source: "many a tutorial; semop(2): nobody owns a semaphore",
    },
    binary: {
      says: "A binary semaphore has the value 0 or 1.",
      expect: "refuted",
      source: "semop(2), sem_overview(7): only as long as everybody keeps to it",
    },
    twice: {
      says: "Who takes a binary semaphore a second time is told so.",
      expect: "refuted",
      source: "semop(2): it sleeps like everybody else",
    },
    owner: {
      says: "A lock that knows its owner can be released by nobody else.",
      expect: "holds",
      source: "futex(2), FUTEX_UNLOCK_PI: EPERM",
    },
  },
  predict: {
    question:
      "One process has taken a semaphore of value 1. Another one, which has not, posts it. What happens?",
    choices: ["EPERM", "Nothing: it was not the owner", "A third process can take it, and both are inside"],
    answer: 2,
    because:
      "A semaphore is a number. It does not know who took from it, so it cannot refuse who adds to it. That makes it good for telling, and weak for locking.",
  },
  processes: {
    /** Takes the lock, is inside until it is let go on, and gives it back. */
    visitor({ number, log }) {
      const set = new SemaphoreSet(number("set"));
      down(log, set, LOCK);
      log.event("inside");
      set.wait(GATE);
      up(log, set, LOCK);
    },
    stranger({ number, log }) {
      up(log, new SemaphoreSet(number("set")), LOCK, { note: "It has never taken it." });
    },
    forgetful({ number, log }) {
      const set = new SemaphoreSet(number("set"));
      down(log, set, LOCK);
      down(log, set, LOCK, { note: "The second time." });
    },
    /** The same with a lock in which the kernel keeps the owner's thread id. */
    owner({ fd, number, log }) {
      const word = mapWords(fd("memory"), 1).subarray(0, 1);
      log.call("futex LOCK_PI", "word", () => futexLockPi(word), undefined, zeroIs("locked"));
      const again = log.call("futex LOCK_PI", "word", () => futexLockPi(word), "The second time.");
      log.event("inside");
      new SemaphoreSet(number("set")).wait(GATE);
      log.call("futex UNLOCK_PI", "word", () => futexUnlockPi(word), undefined, zeroIs("unlocked"));
      return errnoSymbol(-again);
    },
    pretender({ fd, log }) {
      const word = mapWords(fd("memory"), 1).subarray(0, 1);
      const result = log.call(
        "futex UNLOCK_PI",
        "word",
        () => futexUnlockPi(word),
        undefined,
        zeroIs("unlocked"),
      );
      return result === 0 ? "nothing" : errnoSymbol(-result);
    },
  },
  async run({ start, own, claim, step, until, log }) {
    const set = createSemaphoreSet(Number(own("sysv-sem")), [1, 0]);
    const args = { set: set.id };
    step("A semaphore of value 1 as a lock. One is inside; a stranger posts; another one comes.");
    const first = start("visitor", { as: "first", args });
    await first.said("inside");
    await start("stranger", { args }).result();
    const second = start("visitor", { as: "second", args });
    const both = await until(() => set.waiters(GATE) === 2, { what: "the second to be inside" });
    claim("same", !both, `first (pid ${first.pid}) and second (pid ${second.pid}) are inside together`);
    for (const _ of [first, second]) set.post(GATE);
    await first.result();
    await second.result();
    claim("binary", set.value(0) <= 1, `both gave it back: the value is ${set.value(0)}`);

    step("The value is 1 again. A process takes it, and then once more.");
    set.setValue(0, 1);
    const forgetful = start("forgetful", { args });
    await until(() => set.waiters(0) === 1, { what: "it to wait for itself" });
    claim("twice", !forgetful.running, `it is ${forgetful.whereabouts()}, and waits for itself`);
    up(log, set, LOCK);
    await forgetful.result();

    step("Now a lock that knows its owner: a PI futex, whose word holds the thread id.");
    using memory = shareWords(1);
    const fds = { memory: memory.fd };
    const owner = start("owner", { args, fds });
    await owner.said("inside");
    const refused = await start("pretender", { fds }).result<string>();
    const holder = memory.words[0];
    set.post(GATE);
    const again = await owner.result<string>();
    claim(
      "owner",
      refused === "EPERM" && holder === owner.pid,
      `unlocking by a stranger: ${refused}, and the word still held ${holder}, the owner's id; taking it twice: ${again}`,
    );
  },
});
