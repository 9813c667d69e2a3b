import { defineDemo } from "@ipc-playground/lab-kit";
import { createMemfd, mapMemfd } from "@ipc-playground/shared-memory";
import { APART, MEETING_WORDS, Meeting, stayOn, twoProcessors } from "./racing.ts";

const COUNTER = MEETING_WORDS;
const WORDS = COUNTER + APART;
/** Additions of each process in a round: so many that one processor changes between them several times. */
const ADDITIONS = 5_000_000;
const MOST_ROUNDS = 50;

interface Sum {
  sum: number;
  due: number;
}

export default defineDemo({
  name: "lost-update",
  title: "counter++ is three steps, and another process fits in between",
  claims: {
    exact: {
      says: "Two processes that each add 1 five million times bring a shared counter to ten million.",
      expect: "refuted",
      source: "Stevens, UNP volume 2, 12.3; Intel SDM volume 3, 9.1: only a locked add is one step",
    },
    oneProcessor: {
      says: "On one processor they take turns, so nothing is lost.",
      expect: "refuted",
      source: "sched(7): a turn may end between any two instructions",
    },
  },
  predict: {
    question: "Two processes do counter++ five million times each, at the same time. What is in it?",
    choices: ["10,000,000", "A few less than 10,000,000", "Something near 6,000,000, each time another"],
    answer: 2,
    because:
      "Both read 7, both add 1, both write 8: one addition is lost. Two processors do that all the time.",
  },
  processes: {
    /** Adds in rounds, until something was lost. */
    adder({ fd, number, log }) {
      using memory = mapMemfd(fd("memory"));
      const words = memory.view(Int32Array);
      stayOn(number("cpu"));
      const meeting = new Meeting(words, number("me"));
      return log.call("counter++", `rounds of ${ADDITIONS}`, () => {
        for (let round = 1; ; round++) {
          meeting.meet();
          for (let i = 0; i < ADDITIONS; i++) (words[COUNTER] as number)++;
          meeting.meet();
          const [sum, due] = [words[COUNTER] as number, 2 * round * ADDITIONS];
          // Both have looked before one of them goes on adding.
          meeting.meet();
          if (sum < due || round === MOST_ROUNDS) return { kind: `${sum} of ${due}`, sum, due };
        }
      });
    },
  },
  async run({ start, claim, unavailable, step }) {
    const race = async (cpus: readonly number[]): Promise<Sum> => {
      using memory = createMemfd({ bytes: 4 * WORDS, name: "race" });
      const adders = cpus.map((cpu, me) =>
        start("adder", { as: `adder ${me + 1}`, args: { cpu, me }, fds: { memory } }),
      );
      const [sum] = await Promise.all(adders.map((adder) => adder.result<Sum>({ withinMs: 30_000 })));
      return sum as Sum;
    };
    const evidence = ({ sum, due }: Sum) =>
      `${due} additions of two processes, and the counter says ${sum}: ${due - sum} were lost`;

    const processors = twoProcessors();
    if (processors === null) unavailable("exact", "this process may use one processor only");
    else {
      step("Two processes on two processors add 1 to one counter, at the same time.");
      const apart = await race(processors);
      claim("exact", apart.sum === apart.due, evidence(apart));
    }

    step("The same two on one processor: now they run in turns.");
    const [one] = processors ?? [0];
    const together = await race([one, one]);
    claim("oneProcessor", together.sum === together.due, evidence(together));
  },
});
