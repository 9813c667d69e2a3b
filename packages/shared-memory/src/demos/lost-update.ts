import { defineDemo } from "@ipc-playground/lab-kit";
import { createMemfd, mapMemfd } from "@ipc-playground/shared-memory";
import { APART, addTogether, MEETING_WORDS, Meeting, type Sum, stayOn, twoProcessors } from "./racing.ts";

const COUNTER = MEETING_WORDS;
const WORDS = COUNTER + APART;
/** Additions of each process in a round: so many that one processor changes between them several times. */
const ADDITIONS = 5_000_000;
/** By then something was lost: one round is nearly always enough. */
const ROUNDS = 20;

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
      says: "On one processor the processes take turns, so no update is lost.",
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
      stayOn(number("cpu"));
      const counter = memory.view(Int32Array, 4 * COUNTER, 1);
      const meeting = new Meeting(memory.view(Int32Array, 0, MEETING_WORDS), number("me"));
      const increment = () => void (counter[0] as number)++;
      return log.call("counter++", `rounds of ${ADDITIONS}`, () =>
        addTogether(meeting, counter, increment, { additions: ADDITIONS, rounds: ROUNDS }),
      );
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
    // A turn has to end between the right two instructions: it may, and need not.
    if (together.sum === together.due)
      unavailable("oneProcessor", `${evidence(together)}: not seen this time`);
    else claim("oneProcessor", false, evidence(together));
  },
});
