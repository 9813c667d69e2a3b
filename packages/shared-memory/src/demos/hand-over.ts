import { type DirectorContext, defineDemo } from "@ipc-playground/lab-kit";
import { createSysvMemory, openSysvMemory, type SharedMemory } from "@ipc-playground/shared-memory";
import { giveTurn, makeTurns, tellGive, tellWait, waitTurn } from "./turns.ts";

/** Turns that are told to the log, and that are not. */
const TOLD = 2;
const UNTOLD = 500;
const LETTERS = 2 * (TOLD + UNTOLD);
/** The first word counts letters; they follow it. */
const TEXT = 4;

export default defineDemo({
  name: "hand-over",
  title: "A segment handed to and fro, by two semaphores",
  claims: {
    alternate: {
      says: "With a semaphore for each side, two processes write strictly by turns.",
      expect: "holds",
      source: "semop(2); Kerrisk, TLPI 48.4",
    },
    itself: {
      says: "Two processes that do the same work at the same speed alternate by themselves.",
      expect: "refuted",
      source: "sched(7): nobody promises an order",
    },
    burns: {
      says: "A process that waits for its turn burns its processor.",
      expect: "refuted",
      source: "semop(2): it sleeps",
    },
  },
  predict: {
    question: "A writes its letter, B writes its letter, and so on. How many semaphores does that take?",
    choices: ["None", "One", "Two"],
    answer: 2,
    because:
      "One says that it is A's turn, the other that it is B's. With one alone, who has just given the turn may take it back.",
  },
  processes: {
    writer({ number, text, log }) {
      using memory = openSysvMemory(number("key"));
      const write = writerOf(memory, text("letter"));
      const [turns, me, other] = [number("turns"), number("me"), 1 - number("me")];
      for (let i = 0; i < TOLD; i++) {
        tellWait(log, turns, me, me === 0 ? `b ${i - 1}` : `a ${i}`);
        write();
        log.event("store", { object: memory.name, result: text("letter") });
        tellGive(log, turns, other, `${text("letter")} ${i}`);
      }
      log.call(`semop ×${UNTOLD}`, "both", () => {
        for (let i = 0; i < UNTOLD; i++) {
          waitTurn(turns, me);
          write();
          giveTurn(turns, other);
        }
      });
    },
    /** Takes no turns. Both begin when the other is there. */
    hasty({ number, text, log }) {
      using memory = openSysvMemory(number("key"));
      const write = writerOf(memory, text("letter"));
      tellWait(log, number("turns"), number("me"));
      log.call(`store ×${LETTERS / 2}`, memory.name, () => {
        for (let i = 0; i < LETTERS / 2; i++) write();
      });
    },
  },
  async run(director) {
    const { own, claim, step } = director;
    const [sets, keys] = [0, 1].map(() => [Number(own("sysv-sem")), Number(own("sysv-shm"))]);
    step("Two writers put their letters into one segment. B waits first; then A gets its turn.");
    const guarded = await written(director, "writer", sets as number[]);
    claim(
      "alternate",
      guarded.letters === "ab".repeat(LETTERS / 2),
      `${LETTERS} letters, ${switches(guarded.letters)} changes: ${guarded.letters.slice(0, 12)}…`,
    );
    claim("burns", !guarded.waited.startsWith("asleep"), `B was ${guarded.waited} until its turn came`);

    step("The same without waiting for each other: both write as fast as they can.");
    const { letters } = await written(director, "hasty", keys as number[]);
    claim(
      "itself",
      switches(letters) === LETTERS - 1,
      `${LETTERS} letters, ${switches(letters)} changes where turns would have ${LETTERS - 1}`,
    );
  },
});

type Director = DirectorContext<"writer" | "hasty", "alternate" | "itself" | "burns">;

/** Have two processes write, and return the letters that are in the segment then, and where B was before its turn. */
async function written(
  { start }: Director,
  how: "writer" | "hasty",
  [set, key]: number[],
): Promise<{ letters: string; waited: string }> {
  const turns = makeTurns(set as number, [0, 0]);
  using memory = createSysvMemory(key as number, { bytes: TEXT + LETTERS });
  const [b, a] = ["b", "a"].map((letter) =>
    start(how, {
      as: `${how} ${letter}`,
      args: { key: key as number, turns, letter, me: letter === "a" ? 0 : 1 },
    }),
  );
  for (const writer of [b, a]) await writer?.asleep({ in: "semop" });
  const waited = b?.whereabouts() ?? "";
  giveTurn(turns, 0);
  if (how === "hasty") giveTurn(turns, 1);
  for (const writer of [a, b]) await writer?.result();
  return { letters: Buffer.from(memory.view(Uint8Array, TEXT)).toString(), waited };
}

function writerOf(memory: SharedMemory, letter: string): () => void {
  const [count, text] = [memory.view(Int32Array, 0, 1), memory.view(Uint8Array, TEXT)];
  const code = letter.charCodeAt(0);
  return () => {
    text[Atomics.add(count, 0, 1)] = code;
  };
}

/** How often the letter is another than the one before. */
function switches(text: string): number {
  return [...text].filter((letter, i) => i > 0 && letter !== text[i - 1]).length;
}
