import { constants } from "node:fs";
import { defineDemo } from "@ipc-playground/lab-kit";
import { semClose, semOpen, semTryWait } from "@ipc-playground/libc";
import { openPosixSemaphore } from "@ipc-playground/semaphores";

const RACERS = 4;
const { O_CREAT, O_EXCL } = constants;

export default defineDemo({
  name: "at-once",
  title: "POSIX: a named semaphore is made with its value, in one step",
  claims: {
    race: {
      says: "sem_open makes a semaphore and sets its value in one step, whoever races.",
      expect: "holds",
      source: "sem_open(3)",
    },
    value: {
      says: "Who opens a semaphore with a value of his own sets it to that value.",
      expect: "refuted",
      source: "sem_open(3): if it exists, mode and value are ignored",
    },
    one: {
      says: "Of racing exclusive creators exactly one wins.",
      expect: "holds",
      source: "sem_open(3), O_EXCL",
    },
  },
  processes: {
    /** Makes or opens a semaphore, as it comes, and takes one; and races to be the only maker of another. */
    racer({ text, log }) {
      const semaphore = log.call(
        "sem_open O_CREAT",
        "one name",
        () => semOpen(text("name"), O_CREAT, 0o600, RACERS),
        undefined,
        () => ({ result: "open" }),
      );
      if (typeof semaphore === "number") return { taken: false, won: false };
      const taken = semTryWait(semaphore) === 0;
      semClose(semaphore);
      const mine = log.call(
        "sem_open O_EXCL",
        "another",
        () => semOpen(text("other"), O_CREAT | O_EXCL, 0o600, 0),
        undefined,
        (result) => (typeof result === "bigint" ? { result: "made" } : {}),
      );
      return { taken, won: typeof mine === "bigint" };
    },
  },
  async run({ start, own, claim, step, log }) {
    const args = { name: own("posix-sem"), other: own("posix-sem") };
    step(
      `${RACERS} processes make or open a semaphore of value ${RACERS}; each takes one. Then all want to make another.`,
    );
    const racers = Array.from({ length: RACERS }, (_, i) => start("racer", { as: `racer ${i + 1}`, args }));
    const results: { taken: boolean; won: boolean }[] = [];
    for (const racer of racers) results.push(await racer.result());
    using semaphore = openPosixSemaphore(args.name);
    const [got, won] = [results.filter(({ taken }) => taken).length, results.filter(({ won }) => won).length];
    const left = semaphore.value();
    claim("race", got === RACERS && left === 0, `${got} of ${RACERS} got one; the value is ${left}`);
    claim("one", won === 1, `${won} of ${RACERS} made it; the others got EEXIST`);

    step("It exists, at 0. Somebody opens it once more, with a value of 7.");
    const again = semOpen(args.name, O_CREAT, 0o600, 7);
    if (typeof again === "bigint") semClose(again);
    const value = semaphore.value();
    log.event("sem_open O_CREAT", { object: "value 7", result: `its value is ${value}` });
    claim("value", value === 7, `it was at ${left}, was opened with 7, and is at ${value}`);
  },
});
