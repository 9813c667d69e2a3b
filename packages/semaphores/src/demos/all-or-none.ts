import { defineDemo } from "@ipc-playground/lab-kit";
import { createSemaphoreSet, type Operation, SemaphoreSet } from "@ipc-playground/semaphores";
import { down, up } from "./telling.ts";

const PRINTER = { index: 0, name: "printer" };
const SCANNER = { index: 1, name: "scanner" };
const GATE = 2;
const BOTH: Operation[] = [
  { index: PRINTER.index, change: -1 },
  { index: SCANNER.index, change: -1 },
];
const COPIES = 300;
const HANDOVERS = 5;

export default defineDemo({
  name: "all-or-none",
  title: "System V: several operations at once, all or none",
  claims: {
    part: {
      says: "A semop on several semaphores takes what is there, and waits for the rest.",
      expect: "refuted",
      source: "semop(2): atomically, only if all can be done",
    },
    free: {
      says: "Who takes all he needs in one operation needs no order: there is no deadlock.",
      expect: "holds",
      source: "semop(2); Coffman's condition of hold and wait is gone",
    },
    turn: {
      says: "Who wants two gets them before those who come later and want one.",
      expect: "refuted",
      source: "semop(2): whoever can go on goes on",
    },
  },
  predict: {
    question:
      "A process wants printer and scanner in one semop. The printer is free, the scanner is not. Who has the printer?",
    choices: [
      "That process: it waits for the scanner",
      "Nobody: it is still free",
      "It depends on the order in the array",
    ],
    answer: 1,
    because:
      "All or none. While it sleeps it holds nothing, so it stands in nobody's way. That is also its weakness: others may take turns, and never leave it both at once.",
  },
  processes: {
    copier({ number, log }) {
      const set = new SemaphoreSet(number("set"));
      log.call("semop -1 -1", "printer and scanner", () => set.operate(BOTH));
    },
    /** Takes one of a kind, and gives it back when it is told to. */
    user({ number, log }) {
      const set = new SemaphoreSet(number("set"));
      down(log, set, PRINTER);
      set.wait(GATE);
      up(log, set, PRINTER);
    },
    greedy({ number, log }) {
      const set = new SemaphoreSet(number("set"));
      log.call("semop -2", PRINTER.name, () => set.operate([{ index: PRINTER.index, change: -2 }]));
    },
    /** Copies many times, with both devices in one operation, named in this order. */
    busy({ number, log }) {
      const set = new SemaphoreSet(number("set"));
      const order = number("reversed") === 1 ? BOTH.toReversed() : BOTH;
      log.call(`semop -1 -1 ×${COPIES}`, "printer and scanner", () => {
        for (let i = 0; i < COPIES; i++) {
          set.operate(order);
          set.operate(BOTH.map(({ index }) => ({ index, change: 1 })));
        }
      });
    },
  },
  async run({ start, own, claim, step, until }) {
    const set = createSemaphoreSet(Number(own("sysv-sem")), [1, 0, 0]);
    const args = { set: set.id };
    step("The printer is free, the scanner is not. A copier wants both.");
    const copier = start("copier", { args });
    await copier.asleep({ in: "semop" });
    const free = set.value(PRINTER.index);
    const user = start("user", { args });
    await until(() => set.waiters(GATE) === 1, { what: "somebody else to take the printer" });
    claim("part", free === 0, `while the copier sleeps the printer is at ${free}, and somebody else took it`);
    set.post(GATE);
    await user.result();
    set.post(SCANNER.index);
    await copier.result();

    step(`Two copiers that name the devices in opposite order, ${COPIES} times each.`);
    set.setValues([1, 1, 0]);
    const busy = [0, 1].map((reversed) =>
      start("busy", { as: `copier ${reversed + 1}`, args: { ...args, reversed } }),
    );
    // Each number is asked for in a call of its own: only what is seen again and again is a deadlock.
    let stuck = 0;
    const isStuck = () => {
      const asleep = set.waiters(PRINTER.index) + set.waiters(SCANNER.index);
      stuck = asleep === busy.length ? stuck + 1 : 0;
      return stuck > 50;
    };
    await until(() => busy.every(({ running }) => !running) || isStuck(), {
      what: "both to be done, or a deadlock",
    });
    const done = busy.filter(({ running }) => !running).length;
    claim(
      "free",
      done === busy.length,
      `${done} of ${busy.length} have made ${COPIES} copies; values ${set.values().slice(0, GATE).join(", ")}`,
    );

    step("Two printers. Somebody has one of them at every moment; a greedy process wants both.");
    set.setValues([2, 0, 0]);
    let one = start("user", { as: "one user", args });
    await until(() => set.waiters(GATE) === 1, { what: "the first user to print" });
    const greedy = start("greedy", { args });
    await greedy.asleep({ in: "semop" });
    for (let i = 1; i <= HANDOVERS; i++) {
      const next = start("user", { as: i % 2 === 1 ? "another" : "one user", args });
      await until(() => set.waiters(GATE) === 2, { what: "the next user to print" });
      set.post(GATE);
      await one.result();
      one = next;
    }
    claim(
      "turn",
      !greedy.running,
      `${HANDOVERS} users came later and printed; the greedy one is ${greedy.whereabouts()}`,
    );
    set.post(GATE);
    for (const who of [one, greedy]) await who.result();
  },
});
