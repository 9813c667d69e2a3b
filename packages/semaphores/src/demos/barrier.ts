import { defineDemo } from "@ipc-playground/lab-kit";
import { createSemaphoreSet, SemaphoreSet } from "@ipc-playground/semaphores";
import { down } from "./telling.ts";

const MUTEX = 0;
const GATE = 5;
/** One half of a barrier: how many have come, and a turnstile that the last one opens. */
const IN = { count: 1, turnstile: { index: 2, name: "turnstile" } };
const OUT = { count: 3, turnstile: { index: 4, name: "turnstile out" } };
const PARTIES = 4;
const ROUNDS = 200;

/** Say that one has come; the last one opens the turnstile for all. Returns whether it was the last. */
function arrive(set: SemaphoreSet, { count, turnstile }: typeof IN, parties: number): boolean {
  set.wait(MUTEX);
  set.post(count);
  const last = set.value(count) === parties;
  if (last)
    set.operate([
      { index: count, change: -parties },
      { index: turnstile.index, change: parties },
    ]);
  set.post(MUTEX);
  return last;
}

/** A barrier that can be used again: who has come in waits until all have gone through. */
function meet(set: SemaphoreSet, parties: number): void {
  for (const half of [IN, OUT]) {
    arrive(set, half, parties);
    set.wait(half.turnstile.index);
  }
}

export default defineDemo({
  name: "barrier",
  title: "A barrier: nobody passes before the last one has come",
  claims: {
    last: {
      says: "At a barrier nobody goes on before the last one has come, round after round.",
      expect: "holds",
      source: 'Downey, The Little Book of Semaphores, "Reusable barrier"',
    },
    again: {
      says: "A barrier that has worked once works again.",
      expect: "refuted",
      source: 'Downey, The Little Book of Semaphores, "Reusable barrier": a fast one laps the others',
    },
  },
  predict: {
    question:
      "The last one to come posts the turnstile once for each. Is the barrier ready for the next round?",
    choices: ["Yes", "No: a fast one may take two of the posts", "Only if all have the same speed"],
    answer: 1,
    because:
      "Posts have no names on them. A process that comes around quickly takes the post of one that has not woken up yet, so a second turnstile must hold it until all are through.",
  },
  processes: {
    /** The barrier without its second half, twice. */
    lapper({ number, log }) {
      const set = new SemaphoreSet(number("set"));
      for (let round = 1; round <= 2; round++) {
        log.event("arrives", { result: `round ${round}` });
        const last = arrive(set, IN, 2);
        if (last) log.event("semop +2", { object: IN.turnstile.name, note: "It was the last one to come." });
        if (number("pauses") === 1) set.wait(GATE);
        down(log, set, IN.turnstile);
        log.event("past", { result: `round ${round}` });
      }
    },
    /** When it came and when it was past, for each round, in nanoseconds. */
    party({ number, log }) {
      const set = new SemaphoreSet(number("set"));
      const times: { came: number; past: number }[] = [];
      log.call(`meet ×${ROUNDS}`, "barrier", () => {
        for (let round = 0; round < ROUNDS; round++) {
          const came = Number(process.hrtime.bigint());
          meet(set, PARTIES);
          times.push({ came, past: Number(process.hrtime.bigint()) });
        }
      });
      return times;
    },
  },
  async run({ start, own, claim, step, until }) {
    const once = createSemaphoreSet(Number(own("sysv-sem")), [1, 0, 0, 0, 0, 0]);
    step(
      "One turnstile, two processes. The slow one comes last, opens it for both, and pauses in front of it.",
    );
    const args = { set: once.id };
    const fast = start("lapper", { as: "fast", args: { ...args, pauses: 0 } });
    await fast.asleep({ in: "semop" });
    const slow = start("lapper", { as: "slow", args: { ...args, pauses: 1 } });
    await until(() => once.waiters(GATE) === 1, { what: "the slow one to pause" });
    await until(() => !fast.running || once.waiters(IN.turnstile.index) === 1, {
      what: "what fast comes to",
    });
    const lapped = !fast.running;
    claim(
      "again",
      !lapped,
      `fast ${lapped ? "has passed round 2" : "sleeps in round 2"}, and slow is still in front of the turnstile of round 1`,
    );
    for (const who of [slow, fast]) who.kill("SIGKILL");
    for (const who of [slow, fast]) await who.exited();

    step(`Two turnstiles, ${PARTIES} processes, ${ROUNDS} rounds.`);
    const set = createSemaphoreSet(Number(own("sysv-sem")), [1, 0, 0, 0, 0, 0]);
    const parties = Array.from({ length: PARTIES }, (_, i) =>
      start("party", { as: `party ${i + 1}`, args: { set: set.id } }),
    );
    const times: { came: number; past: number }[][] = [];
    for (const party of parties) times.push(await party.result());
    const margins = Array.from({ length: ROUNDS }, (_, round) => {
      const all = times.flatMap((rounds) => rounds[round] ?? []);
      return Math.min(...all.map(({ past }) => past)) - Math.max(...all.map(({ came }) => came));
    });
    const early = margins.filter((margin) => margin <= 0).length;
    claim(
      "last",
      early === 0,
      `in ${ROUNDS} rounds, ${early} times somebody went on too early; from the last arrival to the first departure it took at least ${(Math.min(...margins) / 1e3).toFixed(0)} µs`,
    );
  },
});
