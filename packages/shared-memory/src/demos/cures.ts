import { defineDemo } from "@ipc-playground/lab-kit";
import { futexWait, futexWake, SEM_T_BYTES, semInit, semPost, semWait } from "@ipc-playground/libc";
import { createMemfd, mapMemfd, type SharedMemory } from "@ipc-playground/shared-memory";
import { APART, addTogether, MEETING_WORDS, Meeting, type Sum, stayOn, twoProcessors } from "./racing.ts";

const COUNTER = MEETING_WORDS;
const LOCK = COUNTER + APART;
const SEMAPHORE = LOCK + APART;
const WORDS = SEMAPHORE + APART;
/** Additions of each process in a round. */
const ADDITIONS = 20_000;
/** What loses updates may need several rounds until it does; a cure has to stand as many. */
const ROUNDS = 10;

const CURES = ["semaphore", "futex", "atomic", "flag"] as const;
type Cure = (typeof CURES)[number];

export default defineDemo({
  name: "cures",
  title: "Three cures for the lost update, and one that is none",
  claims: {
    semaphore: {
      says: "With a semaphore around it, counter++ loses nothing.",
      expect: "holds",
      source: "sem_overview(7), sem_wait(3)",
    },
    futex: {
      says: "With a lock of one word, which asks the kernel only when it is taken, counter++ loses nothing.",
      expect: "holds",
      source: "futex(2), futex(7); Drepper, Futexes Are Tricky",
    },
    atomic: {
      says: "For one number no lock is needed: an atomic add is one step.",
      expect: "holds",
      source: "ECMAScript, Atomics.add; Intel SDM volume 3, 9.1: lock xadd",
    },
    flag: {
      says: "A flag keeps the other one out: wait until it is 0, then set it to 1.",
      expect: "refuted",
      source: "Silberschatz, Operating System Concepts, 6.4: test and set must be one step",
    },
  },
  predict: {
    question: "while (flag); flag = 1; counter++; flag = 0. Does this protect the counter?",
    choices: ["Yes", "No", "Yes, if flag is read and written with Atomics"],
    answer: 1,
    because:
      "Both may see 0 before one of them sets 1. Looking and setting must be one step: compareExchange.",
  },
  processes: {
    adder({ fd, number, text, log }) {
      using memory = mapMemfd(fd("memory"));
      stayOn(number("cpu"));
      const counter = memory.view(Int32Array, 4 * COUNTER, 1);
      const meeting = new Meeting(memory.view(Int32Array, 0, MEETING_WORDS), number("me"));
      return (text("cures").split(" ") as Cure[]).map((cure) => {
        const add = adderWith(cure, counter, memory);
        meeting.meet();
        counter[0] = 0;
        return log.call(cure, "counter", () =>
          addTogether(meeting, counter, add, { additions: ADDITIONS, rounds: ROUNDS }),
        );
      });
    },
  },
  async run({ start, claim, unavailable, step }) {
    using file = createMemfd({ bytes: 4 * WORDS, name: "cures" });
    using memory = file.map();
    semInit(semaphoreOf(memory), 1);
    const processors = twoProcessors();
    const cures = CURES.filter((cure) => cure !== "flag" || processors !== null);
    step(`Two processes, ${ADDITIONS} additions each, over and over: with each cure in turn.`);
    const adders = (processors ?? [-1, -1]).map((cpu, me) =>
      start("adder", {
        as: `adder ${me + 1}`,
        args: { cpu, me, cures: cures.join(" ") },
        fds: { memory: file },
      }),
    );
    const [sums = []] = await Promise.all(adders.map((adder) => adder.result<Sum[]>({ withinMs: 60_000 })));
    for (const [i, cure] of cures.entries()) {
      const { sum, due, cost } = sums[i] as Sum;
      const evidence = `${sum} of ${due}, ${Math.round(cost)} ns for each addition`;
      // That a flag may fail does not mean that it must.
      if (cure === "flag" && sum === due) unavailable(cure, `${evidence}: no promise, and lucky here`);
      else claim(cure, sum === due, evidence);
    }
    if (processors === null) unavailable("flag", "this process may use one processor only");
  },
});

function adderWith(cure: Cure, counter: Int32Array, memory: SharedMemory): () => void {
  const semaphore = semaphoreOf(memory);
  const lock = memory.view(Int32Array, 4 * LOCK, 1);
  switch (cure) {
    case "semaphore":
      return () => {
        semWait(semaphore, Infinity);
        (counter[0] as number)++;
        semPost(semaphore);
      };
    case "futex":
      return () => {
        take(lock);
        (counter[0] as number)++;
        release(lock);
      };
    case "atomic":
      return () => void Atomics.add(counter, 0, 1);
    case "flag":
      return () => {
        while (Atomics.load(lock, 0) === 1);
        Atomics.store(lock, 0, 1);
        (counter[0] as number)++;
        Atomics.store(lock, 0, 0);
      };
  }
}

// 0: free, 1: taken, 2: taken, and somebody may be asleep.
function take(lock: Int32Array): void {
  if (Atomics.compareExchange(lock, 0, 0, 1) === 0) return;
  while (Atomics.exchange(lock, 0, 2) !== 0) futexWait(lock, 2, Infinity);
}

function release(lock: Int32Array): void {
  if (Atomics.exchange(lock, 0, 0) === 2) futexWake(lock, 1);
}

function semaphoreOf(memory: SharedMemory): Uint8Array {
  return memory.view(Uint8Array, 4 * SEMAPHORE, SEM_T_BYTES);
}
