import { defineDemo } from "@ipc-playground/lab-kit";
import { createMemfd, mapMemfd } from "@ipc-playground/shared-memory";
import { APART, MEETING_WORDS, Meeting, stayOn, twoProcessors } from "./racing.ts";

/** Each process sets its own of these to 1 and then looks at the other's. */
const MINE = [MEETING_WORDS, MEETING_WORDS + APART] as const;
/** What each process saw, round by round. */
const SEEN = MEETING_WORDS + 2 * APART;
const ROUNDS = 10_000;
const WORDS = SEEN + 2 * ROUNDS;

/** How the two variables are read and written. */
type Access = "plain" | "Atomics";

export default defineDemo({
  name: "reordering",
  title: "Each writes, then looks; and neither sees what the other wrote",
  claims: {
    reordered: {
      says: "Without barriers another processor may see stale or reordered data.",
      expect: "holds",
      source: "Intel SDM volume 3, 9.2.3.4: loads may be reordered with earlier stores to other locations",
    },
    atomics: {
      says: "With Atomics.store and Atomics.load all processes see one order.",
      expect: "holds",
      source: "ECMAScript, memory model: sequentially consistent events",
    },
  },
  predict: {
    question:
      "x and y are 0. One process does x = 1 and reads y; the other does y = 1 and reads x. Can both read 0?",
    choices: ["No: whoever was second sees the other's 1", "Yes", "Only if one of them was interrupted"],
    answer: 1,
    because:
      "A processor puts what it writes into a buffer of its own first, and goes on reading before the others can see it.",
  },
  processes: {
    /** The litmus test "store buffering", in rounds that both begin together. */
    racer({ fd, number, text, log }) {
      using memory = mapMemfd(fd("memory"));
      const words = memory.view(Int32Array);
      const [me, access] = [number("me"), text("access") as Access];
      stayOn(number("cpu"));
      const meeting = new Meeting(words, me);
      const race = access === "plain" ? racePlainly : raceWithAtomics;
      return log.call("race", `${ROUNDS} rounds, ${access}`, () => {
        race(words, me, meeting);
        meeting.meet();
        const [first, second] = [words.subarray(SEEN, SEEN + ROUNDS), words.subarray(SEEN + ROUNDS)];
        const neither = first.filter((seen, round) => seen === 0 && second[round] === 0).length;
        return { kind: `both saw 0: ${neither} times`, neither };
      });
    },
  },
  async run({ start, claim, unavailable, step }) {
    const processors = twoProcessors();
    if (processors === null) {
      const reason = "this process may use one processor only, and that sees its own writes in order";
      for (const name of ["reordered", "atomics"] as const) unavailable(name, reason);
      return;
    }
    const race = async (access: Access): Promise<number> => {
      using memory = createMemfd({ bytes: 4 * WORDS, name: "litmus" });
      const racers = processors.map((cpu, me) =>
        start("racer", { as: `${access} ${me + 1}`, args: { cpu, me, access }, fds: { memory } }),
      );
      const [outcome] = await Promise.all(
        racers.map((racer) => racer.result<{ neither: number }>({ withinMs: 30_000 })),
      );
      return outcome?.neither ?? 0;
    };
    step("Each sets its own variable to 1 and reads the other's, at the same moment, on two processors.");
    const plain = await race("plain");
    const seen = `in ${plain} of ${ROUNDS} rounds neither saw the other's 1`;
    // It is allowed, not due: not having seen it refutes nothing.
    if (plain === 0) unavailable("reordered", `${seen}: allowed, and not seen here`);
    else claim("reordered", true, seen);

    step("The same, with Atomics.");
    const atomic = await race("Atomics");
    claim("atomics", atomic === 0, `in ${atomic} of ${ROUNDS} rounds neither saw the other's 1`);
  },
});

// V8 emits the plain accesses in this order, as mov instructions. It is the processor that answers the
// load while the store is still in its buffer. Here V8 makes a store an xchg, which empties the buffer.
function racePlainly(words: Int32Array, me: number, meeting: Meeting): void {
  const [mine, theirs] = [MINE[me], MINE[1 - me]] as [number, number];
  for (let round = 0; round < ROUNDS; round++) {
    words[mine] = 0;
    meeting.meet();
    words[mine] = 1;
    words[SEEN + me * ROUNDS + round] = words[theirs] as number;
    meeting.meet();
  }
}

function raceWithAtomics(words: Int32Array, me: number, meeting: Meeting): void {
  const [mine, theirs] = [MINE[me], MINE[1 - me]] as [number, number];
  for (let round = 0; round < ROUNDS; round++) {
    words[mine] = 0;
    meeting.meet();
    Atomics.store(words, mine, 1);
    words[SEEN + me * ROUNDS + round] = Atomics.load(words, theirs);
    meeting.meet();
  }
}
