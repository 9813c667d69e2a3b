import { defineDemo } from "@ipc-playground/lab-kit";
import { createSemaphoreSet, type Operation, SemaphoreSet } from "@ipc-playground/semaphores";

const READERS = 0;
const WRITERS = 1;
const TURNSTILE = 2;
/** From here on, a gate for each process: it is inside until the director lets it go on. */
const GATES = 3;
const RELAY = 3;

/** Both kinds enter with one semop: it looks and counts in one step. */
const ENTER: Record<"reads" | "writes", Operation[]> = {
  reads: [
    { index: WRITERS, change: 0 },
    { index: READERS, change: 1 },
  ],
  writes: [
    { index: WRITERS, change: 0 },
    { index: READERS, change: 0 },
    { index: WRITERS, change: 1 },
  ],
};

export default defineDemo({
  name: "readers-writers",
  title: "Readers and writers: together, alone, and starved",
  claims: {
    together: {
      says: "Any number of readers may be inside together.",
      expect: "holds",
      source: "Courtois, Heymans and Parnas, 1971",
    },
    alone: {
      says: "A writer is inside alone.",
      expect: "holds",
      source: "Courtois, Heymans and Parnas, 1971",
    },
    turn: {
      says: "A writer who waits gets his turn before readers who come later.",
      expect: "refuted",
      source: 'Downey, The Little Book of Semaphores, "Readers-writers problem": starvation',
    },
    fair: {
      says: "With a turnstile in front nobody overtakes the writer.",
      expect: "holds",
      source: 'Downey, The Little Book of Semaphores, "No-starve readers-writers"',
    },
  },
  predict: {
    question: "A reader is inside, a writer waits. Another reader comes. What is best for the readers?",
    choices: [
      "It waits behind the writer",
      "It goes in, since reading is allowed",
      "It makes no difference to anybody",
    ],
    answer: 1,
    because:
      "And so may the next, and the next: as long as one is inside when another comes, the writer never gets in. What is best for readers starves writers.",
  },
  processes: {
    visitor({ number, text, log }) {
      const set = new SemaphoreSet(number("set"));
      const does = text("does") as "reads" | "writes";
      const fair = number("fair") === 1;
      if (fair) log.call("semop -1", "turnstile", () => set.wait(TURNSTILE));
      log.call("semop", does === "reads" ? "in, as a reader" : "in, as a writer", () =>
        set.operate(ENTER[does]),
      );
      if (fair) set.post(TURNSTILE);
      log.event(does);
      set.wait(GATES + number("gate"));
      log.call("semop -1", does === "reads" ? "readers" : "writers", () =>
        set.wait(does === "reads" ? READERS : WRITERS),
      );
    },
  },
  async run({ start, own, claim, step, until }) {
    const fresh = () =>
      createSemaphoreSet(Number(own("sysv-sem")), [0, 0, 1, ...new Array(RELAY + 2).fill(0)]);
    let set = fresh();
    const visitor = (as: string, does: string, gate: number, fair = 0) =>
      start("visitor", { as, args: { set: set.id, does, gate, fair } });
    const inside = (gate: number) =>
      until(() => set.waiters(GATES + gate) === 1, { what: `visitor ${gate} to be inside` });

    step("Readers come and go, and each comes before the last has left. A writer waits meanwhile.");
    let reader = visitor("reader 1", "reads", 1);
    await inside(1);
    const writer = visitor("writer", "writes", 0);
    await writer.asleep({ in: "semop" });
    let together = 0;
    for (let i = 2; i <= RELAY; i++) {
      const next = visitor(`reader ${i}`, "reads", i);
      await inside(i);
      together = Math.max(together, set.value(READERS));
      set.post(GATES + i - 1);
      await reader.result();
      reader = next;
    }
    claim("together", together > 1, `readers inside at once: ${together}`);
    const starves = set.zeroWaiters(READERS) === 1;
    claim(
      "turn",
      !starves,
      `${RELAY - 1} readers came after the writer and went in; he is ${writer.whereabouts()}`,
    );

    step("The last reader leaves. The writer is inside; a reader and another writer come.");
    set.post(GATES + RELAY);
    await inside(0);
    const others = [visitor("late reader", "reads", 1), visitor("late writer", "writes", 2)];
    for (const other of others) await other.asleep({ in: "semop" });
    const [readers, writers] = set.values();
    claim(
      "alone",
      readers === 0 && writers === 1,
      `${writers} writer and ${readers} readers are inside, ${set.zeroWaiters(WRITERS)} wait outside`,
    );
    for (const gate of [0, 1, 2]) set.post(GATES + gate);
    for (const who of [writer, reader, ...others]) await who.result();

    step("Now everybody goes through a turnstile, and whoever waits for the room stands in it.");
    set = fresh();
    const first = visitor("reader 1", "reads", 1, 1);
    await inside(1);
    const patient = visitor("writer", "writes", 0, 1);
    await until(() => set.zeroWaiters(READERS) === 1, { what: "the writer to wait" });
    const later = visitor("reader 2", "reads", 2, 1);
    await until(() => set.waiters(TURNSTILE) === 1, { what: "the second reader to wait behind him" });
    set.post(GATES + 1);
    await first.result();
    await inside(0);
    const [reading = 0, writing = 0] = set.values();
    const outside = set.waiters(TURNSTILE) + set.zeroWaiters(WRITERS);
    claim(
      "fair",
      writing === 1 && reading === 0 && outside === 1,
      `reader 2 came after the writer; inside: ${writing} writer and ${reading} readers, asleep outside: ${outside}`,
    );
    for (const gate of [0, 2]) set.post(GATES + gate);
    for (const who of [patient, later]) await who.result();
  },
});
