import { openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineDemo } from "@ipc-playground/lab-kit";
import { close, errnoSymbol, F_WRLCK, flock, LOCK_EX, LOCK_NB, lockBytes } from "@ipc-playground/libc";
import { createSemaphoreSet, SemaphoreSet } from "@ipc-playground/semaphores";
import { zeroIs } from "./telling.ts";

const GATE = 0;
/** Bytes of the file that are locked one by one. */
const [FIRST, SECOND] = [0, 1];
const said = (result: number) => (result < 0 ? errnoSymbol(-result) : "locked");

export default defineDemo({
  name: "locks",
  title: "Locks beside semaphores: flock and fcntl",
  claims: {
    death: {
      says: "A file lock goes with the process that has it, even by kill -9.",
      expect: "holds",
      source: "flock(2), fcntl(2)",
    },
    circle: {
      says: "Here, too, the kernel lets a deadlock happen.",
      expect: "refuted",
      source: "fcntl(2): EDEADLK",
    },
    close: {
      says: "A lock of fcntl is held until the descriptor that took it is closed.",
      expect: "refuted",
      source: "fcntl(2): until any descriptor of that file is closed",
    },
  },
  predict: {
    question:
      "A process has a file open twice. Through one descriptor it locks a byte with fcntl; the other one it closes. Is the byte locked?",
    choices: ["Yes", "No", "Only for other processes"],
    answer: 1,
    because:
      "A lock of fcntl belongs to the process and the file, not to the descriptor: closing any one of them drops it. A library that opens and closes the file behind your back is enough.",
  },
  processes: {
    /** Locks the file as a whole, and one byte of it, and waits. */
    holder({ text, number, log }) {
      const fd = openSync(text("path"), "r+");
      log.call("flock LOCK_EX", "file", () => flock(fd, LOCK_EX), undefined, zeroIs("locked"));
      log.call(
        "fcntl F_SETLKW",
        "byte 1",
        () => lockBytes(fd, F_WRLCK, { start: FIRST, bytes: 1, wait: true }),
        undefined,
        zeroIs("locked"),
      );
      log.event("holds");
      new SemaphoreSet(number("set")).wait(GATE);
      const result = lockBytes(fd, F_WRLCK, { start: SECOND, bytes: 1, wait: true });
      log.event("fcntl F_SETLKW", { object: "byte 2", result: said(result) });
      return said(result);
    },
    /** What somebody gets who does not wait. */
    looker({ text, log }) {
      const fd = openSync(text("path"), "r+");
      const result = {
        flock: said(flock(fd, LOCK_EX | LOCK_NB)),
        fcntl: said(lockBytes(fd, F_WRLCK, { start: FIRST, bytes: 1 })),
      };
      log.event("tries", { result: `flock: ${result.flock}, fcntl: ${result.fcntl}` });
      return result;
    },
    /** Locks the second byte, and then waits for the first: a half of the circle. */
    other({ text, log }) {
      const fd = openSync(text("path"), "r+");
      lockBytes(fd, F_WRLCK, { start: SECOND, bytes: 1 });
      return log.call(
        "fcntl F_SETLKW",
        "byte 1",
        () => lockBytes(fd, F_WRLCK, { start: FIRST, bytes: 1, wait: true }),
        undefined,
        zeroIs("locked"),
      );
    },
    /** Locks through one descriptor, and closes another one of the same file. */
    careless({ text, number, log }) {
      const fd = openSync(text("path"), "r+");
      log.call(
        "fcntl F_SETLK",
        "byte 1",
        () => lockBytes(fd, F_WRLCK, { start: FIRST, bytes: 1 }),
        undefined,
        zeroIs("locked"),
      );
      log.call("close", "another descriptor of the file", () => void close(openSync(text("path"), "r")));
      new SemaphoreSet(number("set")).wait(GATE);
    },
  },
  async run({ start, own, claim, step, until, scratch }) {
    const set = createSemaphoreSet(Number(own("sysv-sem")), [0]);
    const path = join(scratch(), "file");
    writeFileSync(path, "two");
    const args = { path, set: set.id };
    const look = () => start("looker", { args }).result<{ flock: string; fcntl: string }>();
    const atGate = () => until(() => set.waiters(GATE) === 1, { what: "it to wait" });

    step("A process locks a file in both ways. Somebody looks; kill -9; somebody looks again.");
    const doomed = start("holder", { as: "doomed", args });
    await atGate();
    const before = await look();
    doomed.kill("SIGKILL");
    await doomed.exited();
    const after = await look();
    claim(
      "death",
      before.flock !== "locked" && after.flock === "locked" && after.fcntl === "locked",
      `while it lived: ${before.flock} and ${before.fcntl}; after the kill: ${after.flock} and ${after.fcntl}`,
    );

    step("Two processes lock a byte each, and then want the other's.");
    const holder = start("holder", { args });
    await atGate();
    const other = start("other", { args });
    await other.asleep({ in: "fcntl" });
    set.post(GATE);
    const errno = await holder.result<string>();
    await other.result();
    claim(
      "circle",
      errno !== "EDEADLK",
      `the one that would have closed the circle got ${errno}, and the other one the byte`,
    );

    step("A process locks a byte, and closes another descriptor of the same file.");
    const careless = start("careless", { args });
    await atGate();
    const { fcntl } = await look();
    claim(
      "close",
      fcntl !== "locked",
      `while the process lives and has its descriptor open, somebody else tries: ${fcntl}`,
    );
    set.post(GATE);
    await careless.result();
  },
});
