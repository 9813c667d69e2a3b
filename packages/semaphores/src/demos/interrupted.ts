import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { defineDemo } from "@ipc-playground/lab-kit";
import { getSignalAction, SA_RESTART, setSignalFlags } from "@ipc-playground/libc";
import {
  createPosixSemaphore,
  createSemaphoreSet,
  openPosixSemaphore,
  SemaphoreSet,
} from "@ipc-playground/semaphores";
import { down, semPost, semWait, up } from "./telling.ts";

const COUNT = { index: 0, name: "System V" };
const { SIGUSR2 } = constants.signals;

export default defineDemo({
  name: "interrupted",
  title: "A signal comes while a process waits: EINTR",
  claims: {
    eintr: {
      says: "A signal that is caught interrupts a wait, which fails with EINTR.",
      expect: "holds",
      source: "semop(2), sem_wait(3)",
    },
    restart: {
      says: "With SA_RESTART a wait that a signal interrupted goes on by itself.",
      expect: "holds",
      source: "signal(7): sem_wait, since Linux 2.6.22",
    },
    both: {
      says: "What SA_RESTART does for sem_wait it does for semop.",
      expect: "refuted",
      source: "signal(7): semop is never restarted",
    },
  },
  processes: {
    /** Waits for one of the two, with a handler that was installed with SA_RESTART, or without. */
    waiter({ number, text, log }) {
      process.on("SIGUSR2", () => {});
      const action = getSignalAction(SIGUSR2);
      if (typeof action === "number") throw new Error("sigaction");
      setSignalFlags(
        SIGUSR2,
        number("restart") === 1 ? action.flags | SA_RESTART : action.flags & ~SA_RESTART,
      );
      using posix = openPosixSemaphore(text("name"));
      if (number("posix") === 1) return semWait(log, posix, "POSIX").kind;
      return down(log, new SemaphoreSet(number("set")), COUNT).kind;
    },
  },
  async run({ start, own, claim, step, until, log }) {
    const set = createSemaphoreSet(Number(own("sysv-sem")), [0]);
    const name = own("posix-sem");
    using posix = createPosixSemaphore(name, { value: 0 });
    /** What becomes of a wait into which a signal comes; after it, a post. */
    const outcome = async (kind: "System V" | "POSIX", restart: number) => {
      const args = { set: set.id, name, restart, posix: kind === "POSIX" ? 1 : 0 };
      const as = `${kind}${restart ? ", SA_RESTART" : ""}`;
      const waiter = start("waiter", { as, args });
      const op = kind === "POSIX" ? "sem_wait" : "semop";
      await waiter.asleep({ in: op });
      const before = switches(waiter.pid);
      log.call("kill SIGUSR2", as, () => void process.kill(waiter.pid, "SIGUSR2"));
      await until(() => !waiter.running || switches(waiter.pid) > before, {
        what: "the signal to be handled",
      });
      // Asleep again, or it has come back and ends: either is an answer.
      await waiter.asleep({ in: op }).catch(() => {});
      if (kind === "POSIX") semPost(log, posix, kind);
      else up(log, set, COUNT);
      const result = await waiter.result<string>();
      while (set.value(0) > 0) set.wait(0);
      while (posix.tryWait().kind === "taken");
      return result;
    };
    step("A handler without SA_RESTART: a System V and a POSIX semaphore, a signal for each.");
    const plain = [await outcome("System V", 0), await outcome("POSIX", 0)];
    claim(
      "eintr",
      plain.every((kind) => kind === "interrupted"),
      `semop: ${plain[0]}; sem_wait: ${plain[1]}`,
    );
    step("The same with SA_RESTART, which is how Node installs its handlers. Afterwards each is posted.");
    const [semop, semWaited] = [await outcome("System V", 1), await outcome("POSIX", 1)];
    claim("restart", semWaited === "taken", `sem_wait: ${semWaited}, by the post that came after the signal`);
    claim("both", semop === "taken", `semop: ${semop}`);
  },
});

/** How often a process has gone to sleep. proc_pid_status(5) */
function switches(pid: number): number {
  try {
    return Number(
      /^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1],
    );
  } catch {
    return 0;
  }
}
