import { defineDemo } from "@ipc-playground/lab-kit";
import { createMemfd, mapMemfd } from "@ipc-playground/shared-memory";
import { APART, addTogether, MEETING_WORDS, Meeting, type Sum, stayOn, twoProcessors } from "./racing.ts";

const COUNTER = MEETING_WORDS;
const TURN = COUNTER + APART;
/** "I want to go in", of each process. */
const WANTS = [TURN + APART, TURN + 2 * APART] as const;
const WORDS = TURN + 3 * APART;
/** Additions of each process in a round. */
const ADDITIONS = 10_000;
/** Where nothing gets lost, so many rounds; where it is to be seen, time enough for bad luck. */
const ROUNDS = { plain: 40, Atomics: 10 } as const;

export default defineDemo({
  name: "peterson",
  title: "Peterson's lock, proven right, lets both in",
  claims: {
    plain: {
      says: "Peterson's algorithm keeps two processes apart with ordinary loads and stores alone.",
      expect: "refuted",
      source: "Silberschatz, Operating System Concepts, 6.3: no guarantee on modern computers",
    },
    atomics: {
      says: "Peterson's algorithm keeps two processes apart if its loads and stores are sequentially consistent.",
      expect: "holds",
      source: "Peterson, Myths About the Mutual Exclusion Problem; ECMAScript, memory model",
    },
  },
  predict: {
    question:
      "Peterson's algorithm is in every textbook, with a proof. Two processors run it, as printed. Then?",
    choices: ["It works: it was proven", "Now and then both are inside", "Both wait for ever"],
    answer: 1,
    because:
      "The proof takes for granted that a store is seen before the next load is made. No processor of today does that unasked.",
  },
  processes: {
    adder({ fd, number, text, log }) {
      using memory = mapMemfd(fd("memory"));
      stayOn(number("cpu"));
      const words = memory.view(Int32Array);
      const counter = memory.view(Int32Array, 4 * COUNTER, 1);
      const meeting = new Meeting(words, number("me"));
      const access = text("access") as keyof typeof ROUNDS;
      const add = access === "plain" ? plainly : withAtomics;
      return log.call("counter++", `with ${access} access`, () =>
        addTogether(meeting, counter, () => add(words, number("me")), {
          additions: ADDITIONS,
          rounds: ROUNDS[access],
        }),
      );
    },
  },
  async run({ start, claim, unavailable, step }) {
    const processors = twoProcessors();
    if (processors === null) {
      const reason = "this process may use one processor only, and that sees its own writes in order";
      unavailable("plain", reason);
      unavailable("atomics", reason);
      return;
    }
    const race = async (access: keyof typeof ROUNDS): Promise<Sum> => {
      using memory = createMemfd({ bytes: 4 * WORDS, name: "peterson" });
      const adders = processors.map((cpu, me) =>
        start("adder", { as: `${access} ${me + 1}`, args: { cpu, me, access }, fds: { memory } }),
      );
      const [sum] = await Promise.all(adders.map((adder) => adder.result<Sum>({ withinMs: 30_000 })));
      return sum as Sum;
    };
    const evidence = ({ sum, due }: Sum) => `${due} additions under its protection; ${due - sum} were lost`;

    step("Two processes add 1 to a counter, each time inside Peterson's lock, as the books print it.");
    const plain = await race("plain");
    // That it may fail does not mean that it must.
    if (plain.sum === plain.due) unavailable("plain", `${evidence(plain)}: no promise, and lucky here`);
    else claim("plain", false, evidence(plain));

    step("The same, with Atomics.");
    const atomics = await race("Atomics");
    claim("atomics", atomics.sum === atomics.due, evidence(atomics));
  },
});

function plainly(words: Int32Array, me: number): void {
  const other = 1 - me;
  words[WANTS[me] as number] = 1;
  words[TURN] = other;
  while (words[WANTS[other] as number] === 1 && words[TURN] === other);
  (words[COUNTER] as number)++;
  words[WANTS[me] as number] = 0;
}

function withAtomics(words: Int32Array, me: number): void {
  const other = 1 - me;
  Atomics.store(words, WANTS[me] as number, 1);
  Atomics.store(words, TURN, other);
  while (Atomics.load(words, WANTS[other] as number) === 1 && Atomics.load(words, TURN) === other);
  (words[COUNTER] as number)++;
  Atomics.store(words, WANTS[me] as number, 0);
}
