import { setPriority } from "node:os";
import { defineDemo } from "@ipc-playground/lab-kit";
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
const RANKS = ["low", "mid", "high"] as const;
/** How nice a plain user's process may make itself: the higher, the less it gets. setpriority(2) */
const NICE = { low: 19, mid: 0, high: 0 };
/** What low has to do with the lock in its hands, and mid without it, in milliseconds of a processor. */
const WORK_MS = { low: 15, mid: 200, high: 0 };

/** Which lock, and which kind of priorities. */
type Kind = "semaphore" | "PI futex";
type Priorities = "nice" | "SCHED_FIFO";

/** Work for so many milliseconds on a processor, however long that takes. */
function work(ms: number): void {
  const used = () => resourceUsage("thread").userMicros / 1e3;
  for (const until = used() + ms; used() < until; );
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
    /** One of the three, on one processor. Returns when it had done what it wanted, in nanoseconds. */
    contender({ fd, number, text, log }) {
      const set = new SemaphoreSet(number("set"));
      const word = mapWords(fd("memory"), 1);
      const rank = text("rank") as (typeof RANKS)[number];
      setAffinity(0, [number("cpu")]);
      if (text("priorities") === "SCHED_FIFO") setScheduler(0, SCHED_FIFO, 1 + RANKS.indexOf(rank));
      else setPriority(NICE[rank]);
      const [lock, unlock] =
        text("kind") === "semaphore"
          ? [() => void set.wait(LOCK), () => set.post(LOCK)]
          : [() => void futexLockPi(word), () => void futexUnlockPi(word)];
      if (rank === "mid") {
        log.event("works");
        work(WORK_MS.mid);
      } else {
        log.call("lock", text("kind"), lock);
        if (rank === "low") {
          log.event("has the lock");
          set.wait(GATE);
          work(WORK_MS.low);
        }
        unlock();
      }
      const done = Number(process.hrtime.bigint());
      log.event("done");
      return done;
    },
  },
  async run({ start, own, claim, unavailable, step, until }) {
    const set = createSemaphoreSet(Number(own("sysv-sem")), [1, 0]);
    const cpus = getAffinity(0);
    const cpu = typeof cpus === "number" ? 0 : (cpus.at(-1) ?? 0);
    using memory = shareWords(1);
    /** low takes the lock, high waits for it, mid works, and only then low may go on. */
    const contest = async (kind: Kind, priorities: Priorities) => {
      const go = (rank: string) =>
        start("contender", {
          as: rank,
          args: { set: set.id, cpu, rank, kind, priorities },
          fds: { memory: memory.fd },
        });
      const low = go("low");
      await until(() => set.waiters(GATE) === 1, { what: "low to have the lock" });
      const high = go("high");
      await high.asleep({ in: "lock" });
      const mid = go("mid");
      await mid.said("works");
      const began = Number(process.hrtime.bigint());
      set.post(GATE);
      const [done, midDone] = [
        await high.result<number>({ withinMs: 30_000 }),
        await mid.result<number>({ withinMs: 30_000 }),
      ];
      await low.result();
      const ms = (t: number) => Math.max(0, (t - began) / 1e6).toFixed(0);
      return {
        inverted: done > midDone,
        told: `high was done after ${ms(done)} ms, mid after ${ms(midDone)}`,
      };
    };

    step(
      `One processor. low has ${WORK_MS.low} ms of work under a semaphore, mid ${WORK_MS.mid} ms without it; low is nice.`,
    );
    const plain = await contest("semaphore", "nice");
    claim("bounded", !plain.inverted, `low needed ${WORK_MS.low} ms under the lock; ${plain.told}`);
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
