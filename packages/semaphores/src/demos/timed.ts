import { defineDemo } from "@ipc-playground/lab-kit";
import {
  errnoSymbol,
  semWait as libcSemWait,
  prepareOperations,
  semClose,
  semOpen,
  semop,
} from "@ipc-playground/libc";
import {
  createPosixSemaphore,
  createSemaphoreSet,
  openPosixSemaphore,
  SemaphoreSet,
} from "@ipc-playground/semaphores";
import { down, semWait } from "./telling.ts";

const COUNT = { index: 0, name: "set" };
const FULL = { index: 1, name: "set, with 1" };
const PATIENCE_MS = 30;

export default defineDemo({
  name: "timed",
  title: "Wait, but not for ever",
  claims: {
    same: {
      says: "When time is up, semtimedop and sem_timedwait fail with the same error.",
      expect: "refuted",
      source: "semop(2): EAGAIN; sem_wait(3): ETIMEDOUT",
    },
    early: {
      says: "semtimedop never gives up before its time.",
      expect: "holds",
      source: "semop(2): the limit is rounded up",
    },
    past: {
      says: "A timed wait whose time is up already fails in any case.",
      expect: "refuted",
      source: "sem_wait(3): not if it can be done without waiting",
    },
    debt: {
      says: "Who gave up has still taken one, when the next post comes.",
      expect: "refuted",
      source: "sem_wait(3), semop(2): nothing was taken",
    },
  },
  processes: {
    /** Waits for what does not come, and then, without patience, for what is there. */
    waiter({ number, text, log }) {
      const set = new SemaphoreSet(number("set"));
      using posix = openPosixSemaphore(text("name"));
      const withinMs = PATIENCE_MS;
      const began = performance.now();
      down(log, set, COUNT, { withinMs });
      const waitedMs = performance.now() - began;
      semWait(log, posix, "POSIX", { withinMs });
      return { waitedMs, there: down(log, set, FULL, { withinMs: 0 }).kind };
    },
  },
  async run({ start, own, claim, step, log }) {
    const set = createSemaphoreSet(Number(own("sysv-sem")), [0, 1]);
    const name = own("posix-sem");
    using posix = createPosixSemaphore(name, { value: 0 });
    step(
      `A process with ${PATIENCE_MS} ms of patience for each semaphore; both are 0. Then one that is 1, with no patience.`,
    );
    const seen = await start("waiter", { args: { set: set.id, name } }).result<{
      waitedMs: number;
      there: string;
    }>();
    const errors = rawErrors(set.id, name);
    claim("same", errors[0] === errors[1], `semtimedop: ${errors[0]}; sem_timedwait: ${errors[1]}`);
    claim(
      "early",
      seen.waitedMs >= PATIENCE_MS,
      `with ${PATIENCE_MS} ms of patience it came back after ${seen.waitedMs.toFixed(1)} ms`,
    );
    claim(
      "past",
      seen.there !== "taken",
      `with 0 ms of patience it got the one that was there: ${seen.there}`,
    );

    step("Now the posts come, when nobody waits any more.");
    log.call("semop +1", COUNT.name, () => set.post(COUNT.index));
    log.call("sem_post", "POSIX", () => posix.post());
    const values = [set.value(COUNT.index), posix.value()];
    claim("debt", values.includes(0), `the values are ${values.join(" and ")}`);
  },
});

/** What the two calls themselves return when time is up: the package makes both `timed-out`. */
function rawErrors(set: number, name: string): string[] {
  const semaphore = semOpen(name, 0);
  if (typeof semaphore === "number") return [errnoSymbol(-semaphore)];
  const results = [semop(set, prepareOperations([{ index: 0, change: -1 }]), 1), libcSemWait(semaphore, 1)];
  semClose(semaphore);
  return results.map((result) => (result < 0 ? errnoSymbol(-result) : "taken"));
}
