import { defineDemo } from "@ipc-playground/lab-kit";
import { forbidCalls, mmap } from "@ipc-playground/libc";
import { createSemaphoreSet, FutexLock, placeSemaphore, SemaphoreSet } from "@ipc-playground/semaphores";
import { shareWords } from "./memory.ts";
import { refusal } from "./telling.ts";

const WORDS = 1024;
const TIMES = 10_000;
const SEMAPHORE_AT = 64;

interface Seen {
  forbidden: number;
  lock: string;
  posix: string;
  sysv: string;
  contended: string;
}

export default defineDemo({
  name: "futex",
  title: "What does not wait does not enter the kernel: a futex",
  claims: {
    lock: {
      says: "A futex lock that nobody else wants is taken and released without a system call.",
      expect: "holds",
      source: "futex(7)",
    },
    posix: {
      says: "Every sem_wait and every sem_post is a system call.",
      expect: "refuted",
      source: "sem_overview(7): futex(2), only for those who have to sleep",
    },
    sysv: {
      says: "Every semop is a system call, even if nobody has to wait.",
      expect: "holds",
      source: "semop(2)",
    },
    contended: {
      says: "A futex lock never needs the kernel.",
      expect: "refuted",
      source: "futex(2): FUTEX_WAIT, for whoever has to sleep",
    },
  },
  predict: {
    question:
      "A process has forbidden itself futex(2), in a filter that the kernel enforces. Can it still use a lock that is made of a futex?",
    choices: ["No", "Yes, as long as nobody else wants it", "Yes, always"],
    answer: 1,
    because:
      "The lock is a number in shared memory, and taking it is one instruction of the processor. The kernel is for sleeping and for waking up.",
  },
  processes: {
    /** Has the kernel refuse futex(2) on this memory and semop(2) to itself, and tries all three. */
    monk({ fd, number, log }): Seen {
      const mapping = mmap(fd("memory"), WORDS * 4);
      if (typeof mapping === "number") throw new Error("mmap");
      const words = new Int32Array(mapping.buffer);
      const set = new SemaphoreSet(number("set"));
      const semaphore = placeSemaphore(new Uint8Array(mapping.buffer, SEMAPHORE_AT), 1);
      const mine = new FutexLock(words, 0);
      const forbidden = log.call(
        "seccomp",
        "futex, semop: EPERM",
        () => forbidCalls(["futex", "semop", "semtimedop"], mapping),
        undefined,
        () => ({ result: "from now on" }),
      );
      const often = (action: () => void) => () => {
        for (let i = 0; i < TIMES; i++) action();
        return "well";
      };
      const tried = (what: string, action: () => unknown) => refusal(() => log.call(what, "", action));
      return {
        forbidden,
        lock: tried(
          `FutexLock ×${TIMES}`,
          often(() => {
            mine.lock();
            mine.unlock();
          }),
        ),
        posix: tried(
          `sem_wait, sem_post ×${TIMES}`,
          often(() => {
            semaphore.wait();
            semaphore.post();
          }),
        ),
        sysv: tried("semop -1", () => set.wait(0)),
        // The director has this one.
        contended: tried("FutexLock of another's", () => new FutexLock(words, 1).lock({ withinMs: 50 })),
      };
    },
  },
  async run({ start, own, claim, unavailable, step }) {
    const set = createSemaphoreSet(Number(own("sysv-sem")), [1]);
    using memory = shareWords(WORDS);
    const taken = new FutexLock(memory.words, 1);
    taken.lock();
    step(
      "A process forbids itself futex(2) and semop(2): the kernel will refuse both with EPERM. Then it uses three kinds of locks.",
    );
    const seen = await start("monk", { args: { set: set.id }, fds: { memory: memory.fd } }).result<Seen>();
    taken.unlock();
    if (seen.forbidden !== 0) {
      const reason = "this system lets no process filter its own system calls: seccomp(2) was refused";
      for (const name of ["lock", "posix", "sysv", "contended"] as const) unavailable(name, reason);
      return;
    }
    claim(
      "lock",
      seen.lock === "nothing",
      `${TIMES} times lock and unlock, with futex(2) forbidden; refused: ${seen.lock}`,
    );
    claim(
      "posix",
      seen.posix !== "nothing",
      `${TIMES} times sem_wait and sem_post, with futex(2) forbidden; refused: ${seen.posix}`,
    );
    claim(
      "sysv",
      seen.sysv === "EPERM",
      `one semop on a semaphore of value 1, with semop(2) forbidden: ${seen.sysv}`,
    );
    claim(
      "contended",
      seen.contended === "nothing",
      `a lock that another process has, with futex(2) forbidden: ${seen.contended}`,
    );
  },
});
