import { defineDemo } from "@ipc-playground/lab-kit";
import { createSemaphoreSet, SemaphoreSet } from "@ipc-playground/semaphores";
import { down, up } from "./telling.ts";

const HERE = [
  { index: 0, name: "Ann is here" },
  { index: 1, name: "Bob is here" },
] as const;

interface Times {
  arrived: number;
  past: number;
}

export default defineDemo({
  name: "rendezvous",
  title: "Rendezvous: neither goes on before both are there",
  claims: {
    neither: {
      says: "With two semaphores, neither of two processes passes the meeting point before the other has reached it.",
      expect: "holds",
      source: 'Downey, The Little Book of Semaphores, "Rendezvous"',
    },
    either: {
      says: "Whether each first posts and then waits, or the other way round, comes to the same.",
      expect: "refuted",
      source: 'Downey, The Little Book of Semaphores, "Rendezvous": deadlock',
    },
  },
  predict: {
    question:
      "Ann waits for Bob and then says that she is there. Bob waits for Ann and then says so. What happens?",
    choices: ["They meet", "Both sleep for ever", "The second one goes through, the first one sleeps"],
    answer: 1,
    because: "Each has to wake the other before it is woken itself. First post, then wait.",
  },
  processes: {
    friend({ number, log }): Times {
      const set = new SemaphoreSet(number("set"));
      const me = number("me");
      const [mine, theirs] = me === 0 ? HERE : ([HERE[1], HERE[0]] as const);
      const now = () => Number(process.hrtime.bigint());
      const arrived = now();
      if (number("waitsFirst") === 0) up(log, set, mine, { flow: mine.name });
      down(log, set, theirs, { flow: theirs.name });
      const past = now();
      if (number("waitsFirst") === 1) up(log, set, mine, { flow: mine.name });
      return { arrived, past };
    },
  },
  async run({ start, own, claim, step, until }) {
    const set = createSemaphoreSet(Number(own("sysv-sem")), [0, 0]);
    const friend = (me: number, waitsFirst: number) =>
      start("friend", { as: me === 0 ? "Ann" : "Bob", args: { set: set.id, me, waitsFirst } });
    const seen: string[] = [];
    let early = 0;
    for (const first of [0, 1]) {
      step(`${first === 0 ? "Ann" : "Bob"} comes first. Each posts, and then waits for the other.`);
      const one = friend(first, 0);
      await one.asleep({ in: "semop" });
      const two = friend(1 - first, 0);
      const [a, b] = [await one.result<Times>(), await two.result<Times>()];
      const margin = Math.min(a.past, b.past) - Math.max(a.arrived, b.arrived);
      if (margin < 0) early++;
      seen.push(
        `${one.name} first: the first went on ${(margin / 1e3).toFixed(0)} µs after the last had come`,
      );
    }
    claim("neither", early === 0, seen.join("; "));

    step("Now each waits first, and would post afterwards.");
    const both = [friend(0, 1), friend(1, 1)] as const;
    await until(() => set.waiters(0) === 1 && set.waiters(1) === 1, { what: "both to be asleep" });
    for (const who of both) await who.asleep({ in: "semop" });
    const stuck = both.every(({ running }) => running);
    claim(
      "either",
      !stuck,
      `Ann sleeps until "${HERE[1].name}", Bob until "${HERE[0].name}"; values ${set.values().join(" and ")}, and nobody else could post`,
    );
    set.post(0);
    for (const who of both) await who.result();
  },
});
