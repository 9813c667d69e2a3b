import { defineDemo } from "@ipc-playground/lab-kit";
import {
  createPosixSemaphore,
  createSemaphoreSet,
  openPosixSemaphore,
  SemaphoreSet,
} from "@ipc-playground/semaphores";
import { down, semWait } from "./telling.ts";

const WITH = { index: 0, name: "lock" };
const WITHOUT = { index: 1, name: "other lock" };
const SET_MEANWHILE = { index: 2, name: "third lock" };
const GATE = 3;
const PATIENCE_MS = 100;

export default defineDemo({
  name: "undo",
  title: "kill -9 inside a critical section: SEM_UNDO gives back",
  claims: {
    back: {
      says: "SEM_UNDO gives back what a crashed process took.",
      expect: "holds",
      source: "semop(2), SEM_UNDO",
    },
    anyway: {
      says: "When a process dies, the kernel gives back the semaphores that it held.",
      expect: "refuted",
      source: "semop(2): only what was taken with SEM_UNDO",
    },
    set: {
      says: "What a process would give back stays due when somebody sets the value meanwhile.",
      expect: "refuted",
      source: "semctl(2), SETVAL: undo entries are cleared",
    },
    posix: {
      says: "POSIX semaphores have an undo as well.",
      expect: "refuted",
      source: "sem_overview(7): there is none",
    },
  },
  predict: {
    question:
      "A process takes a semaphore, without SEM_UNDO, and is killed. What does the next one that wants it?",
    choices: ["It gets it", "It sleeps for ever", "It gets EOWNERDEAD"],
    answer: 1,
    because:
      "Nobody owns a semaphore, so nobody's death changes it. EOWNERDEAD is what robust mutexes say, which have owners.",
  },
  processes: {
    worker({ number, text, log }) {
      const set = new SemaphoreSet(number("set"));
      using posix = openPosixSemaphore(text("name"));
      down(log, set, WITH, { undo: true });
      down(log, set, WITHOUT);
      down(log, set, SET_MEANWHILE, { undo: true });
      semWait(log, posix, "POSIX lock");
      log.event("inside");
      set.wait(GATE);
    },
    /** Comes after the crash, and tries all of them, each with some patience. */
    next({ number, text, log }) {
      const set = new SemaphoreSet(number("set"));
      using posix = openPosixSemaphore(text("name"));
      const withinMs = PATIENCE_MS;
      return {
        undo: down(log, set, WITH, { withinMs }).kind,
        plain: down(log, set, WITHOUT, { withinMs }).kind,
        posix: semWait(log, posix, "POSIX lock", { withinMs }).kind,
      };
    },
  },
  async run({ start, own, claim, step, until, log }) {
    const set = createSemaphoreSet(Number(own("sysv-sem")), [1, 1, 1, 0]);
    const name = own("posix-sem");
    using posix = createPosixSemaphore(name, { value: 1 });
    const args = { set: set.id, name };
    step("A process takes four locks, two of them with SEM_UNDO.");
    const worker = start("worker", { args });
    await until(() => set.waiters(GATE) === 1, { what: "it to be inside" });
    const held = [...set.values().slice(0, GATE), posix.value()];
    log.call(
      "semctl SETVAL 0",
      SET_MEANWHILE.name,
      () => set.setValue(SET_MEANWHILE.index, 0),
      "To what it is already.",
    );

    step("kill -9. Another process comes.");
    worker.kill("SIGKILL");
    await worker.exited();
    const [undone, , cleared] = set.values();
    const next = await start("next", { args }).result<{ undo: string; plain: string; posix: string }>();
    claim(
      "back",
      held[0] === 0 && undone === 1 && next.undo === "taken",
      `the value was ${held[0]}, after the kill ${undone}; the next one: ${next.undo}`,
    );
    claim(
      "anyway",
      next.plain === "taken",
      `taken without SEM_UNDO it stayed ${set.value(WITHOUT.index)}; the next one: ${next.plain}, with ${PATIENCE_MS} ms of patience`,
    );
    claim("set", cleared !== 0, `taken with SEM_UNDO, then SETVAL 0: after the kill it is ${cleared}`);
    claim(
      "posix",
      next.posix === "taken",
      `the POSIX semaphore stayed ${posix.value()}; the next one: ${next.posix}, with ${PATIENCE_MS} ms of patience`,
    );
  },
});
