import { setPriority } from "node:os";
import { defineDemo, type ProcessContext } from "@ipc-playground/lab-kit";
import {
  errnoSymbol,
  futexLockPi,
  futexUnlockPi,
  getAffinity,
  resourceUsage,
  SCHED_FIFO,
  setAffinity,
  setScheduler,
} from "@ipc-playground/libc";
import { createSemaphoreSet, SemaphoreSet } from "@ipc-playground/semaphores";
import { mapWords, shareWords } from "./memory.ts";

const LOCK = 0;
const GATE = 1;
/** Real-time priorities. sched(7) */
const RANK = { low: 1, mid: 2, high: 3 };
/** How nice a plain user's process may make itself: the higher, the less it gets. setpriority(2) */
const NICE = { low: 19, mid: 0, high: 0 };
/** What low has to do with the lock in its hands, and mid without it, in milliseconds of a processor. */
const WORK_MS = { low: 20, mid: 200 };
/** In shared memory: the word of the PI futex; and how long mid has had a processor, in microseconds. */
const [WORD, MID_HAD, WORDS] = [0, 1, 2];

/** Which lock, and which kind of priorities. */
type Kind = "semaphore" | "PI futex";
type Priorities = "nice" | "SCHED_FIFO";

/** Work for so many milliseconds on a processor, however long that takes. `told` hears how many it had. */
function work(ms: number, told: (hadMs: number) => void = () => {}): void {
  const used = () => resourceUsage("thread").userMicros / 1e3;
  const before = used();
  for (let had = 0; had < ms; had = used() - before) {
    told(had);
    // Asking seldom makes no garbage: collecting it would mean to wait for threads of lower priority.
    for (let i = 0; i < 20_000; i++) Atomics.add(pastime, 0, 1);
  }
  told(ms);
}
const pastime = new Int32Array(1);

/** One of the three: on that one processor, with its priority. */
function contender({ fd, number, text }: ProcessContext, rank: keyof typeof RANK) {
  const set = new SemaphoreSet(number("set"));
  const words = mapWords(fd("memory"), WORDS);
  const word = words.subarray(WORD, WORD + 1);
  setAffinity(0, [number("cpu")]);
  if (text("priorities") === "SCHED_FIFO") setScheduler(0, SCHED_FIFO, RANK[rank]);
  else setPriority(NICE[rank]);
  if (text("kind") === "semaphore")
    return { set, words, lock: () => void set.wait(LOCK), unlock: () => set.post(LOCK) };
  return { set, words, lock: () => void futexLockPi(word), unlock: () => void futexUnlockPi(word) };
}

export default defineDemo({
  name: "priority-inversion",
  title: "Priority inversion: the urgent one waits for the one in between",
  claims: {
    bounded: {
      says: "An urgent process waits for a lock no longer than its owner needs to finish.",
      expect: "refuted",
      source: "Sha, Rajkumar and Lehoczky, 1990; Mars Pathfinder, 1997",
    },
    nice: {
      says: "A lock with priority inheritance cures it for nice values, too.",
      expect: "refuted",
      source: "futex(2), sched(7): real-time priorities are inherited, niceness is not",
    },
    inherit: {
      says: "With real-time priorities a lock with priority inheritance cures it.",
      expect: "holds",
      source: "futex(2), FUTEX_LOCK_PI",
    },
  },
  predict: {
    question:
      "low has a lock that high waits for. mid wants nothing but the one processor they share. Who is done first?",
    choices: ["high, the most urgent", "low, whom high waits for", "mid"],
    answer: 2,
    because:
      "high sleeps, so it competes for nothing. low competes with mid, and loses. So high waits until mid has had enough, as if mid were the more urgent one.",
  },
  processes: {
    low(context) {
      const { set, lock, unlock } = contender(context, "low");
      context.log.call("lock", context.text("kind"), lock);
      set.wait(GATE);
      context.log.event("works", { note: "With the lock in its hands." });
      work(WORK_MS.low);
      unlock();
    },
    mid(context) {
      const { set, words } = contender(context, "mid");
      context.log.event("works", { note: "Without any lock. And low may go on, if it can." });
      set.post(GATE);
      work(WORK_MS.mid, (hadMs) => Atomics.store(words, MID_HAD, hadMs * 1e3));
      context.log.event("done");
    },
    /** Returns how long mid had the processor before high had the lock, in milliseconds. */
    high(context) {
      const { words, lock, unlock } = contender(context, "high");
      context.log.call("lock", context.text("kind"), lock);
      const midHadMs = Atomics.load(words, MID_HAD) / 1e3;
      unlock();
      return midHadMs;
    },
  },
  async run({ start, own, claim, unavailable, step, until }) {
    const set = createSemaphoreSet(Number(own("sysv-sem")), [1, 0]);
    const cpus = getAffinity(0);
    const cpu = typeof cpus === "number" ? 0 : (cpus.at(-1) ?? 0);
    using memory = shareWords(WORDS);
    /** low takes the lock, high waits for it, mid works, and then low may go on. */
    const contest = async (kind: Kind, priorities: Priorities) => {
      const play = { args: { set: set.id, cpu, kind, priorities }, fds: { memory: memory.fd } };
      const low = start("low", play);
      await until(() => set.waiters(GATE) === 1, { what: "low to have the lock" });
      const high = start("high", play);
      await high.asleep({ in: "lock" });
      const mid = start("mid", play);
      const midHadMs = await high.result<number>({ withinMs: 30_000 });
      for (const who of [low, mid]) await who.result({ withinMs: 30_000 });
      memory.words.fill(0);
      return {
        // Side by side on one processor, low would have had as much as mid.
        inverted: midHadMs > 2 * WORK_MS.low,
        told: `low needed ${WORK_MS.low} ms under the lock; until high got it, mid had ${midHadMs.toFixed(0)} ms of the processor`,
      };
    };

    step(
      `One processor. low has ${WORK_MS.low} ms of work under a semaphore, mid ${WORK_MS.mid} ms without it; low is nice.`,
    );
    const plain = await contest("semaphore", "nice");
    claim("bounded", !plain.inverted, plain.told);
    step("The same with a lock that hands on priorities: a PI futex.");
    const nice = await contest("PI futex", "nice");
    claim("nice", !nice.inverted, nice.told);

    const refused = mayUseFifo();
    if (refused !== undefined) {
      unavailable(
        "inherit",
        `this user may not use SCHED_FIFO (${refused}): it takes root, or an RLIMIT_RTPRIO over 0 (ulimit -r)`,
      );
      return;
    }
    step("The same with real-time priorities 1, 2 and 3 (SCHED_FIFO).");
    const fifo = await contest("PI futex", "SCHED_FIFO");
    claim("inherit", !fifo.inverted, fifo.told);
  },
});

/** Why this process may not have a real-time priority, if so. It does not keep it. */
function mayUseFifo(): string | undefined {
  const result = setScheduler(0, SCHED_FIFO, 1);
  setScheduler(0, 0, 0);
  return result < 0 ? errnoSymbol(-result) : undefined;
}
