import { readFileSync, statSync } from "node:fs";
import { defineDemo } from "@ipc-playground/lab-kit";
import { createPosixSemaphore, openPosixSemaphore, unlinkPosixSemaphore } from "@ipc-playground/semaphores";
import { refusal, semPost, semWait } from "./telling.ts";

export default defineDemo({
  name: "named",
  title: "A named semaphore: what stays, what is seen, and what unlinking does",
  claims: {
    persists: {
      says: "A named semaphore persists until it is unlinked.",
      expect: "holds",
      source: "sem_overview(7)",
    },
    file: {
      says: "A named semaphore is a file in /dev/shm.",
      expect: "holds",
      source: "sem_overview(7): sem.NAME, on Linux",
    },
    gone: {
      says: "sem_unlink takes the semaphore away from those who use it.",
      expect: "refuted",
      source: "sem_unlink(3): the name at once, the semaphore when all have closed it",
    },
    same: {
      says: "The same name is the same semaphore.",
      expect: "refuted",
      source: "sem_unlink(3), sem_open(3): not after an unlink",
    },
  },
  predict: {
    question:
      "A process sleeps in sem_wait. Another one unlinks the name, makes a semaphore of that name, and posts it. What does the sleeper do?",
    choices: ["It wakes up", "It sleeps on", "It gets EIDRM"],
    answer: 1,
    because:
      "The name leads to a new semaphore now, as with files. The sleeper has the old one, which only those can post who have it open.",
  },
  processes: {
    maker({ text, log }) {
      const semaphore = log.call(
        "sem_open EXCL",
        "name",
        () => createPosixSemaphore(text("name"), { value: 7 }),
        undefined,
        () => ({ result: "value 7" }),
      );
      semWait(log, semaphore, "name");
    },
    sleeper({ text, log }) {
      using semaphore = openPosixSemaphore(text("name"));
      return semWait(log, semaphore, "name, the old one", { flow: "old" }).kind;
    },
  },
  async run({ start, own, claim, unavailable, step, log }) {
    const name = own("posix-sem");
    step("A process makes a semaphore of value 7, takes one, and exits.");
    const maker = start("maker", { args: { name } });
    await maker.result();
    const old = openPosixSemaphore(name);
    claim(
      "persists",
      old.value() === 6,
      `pid ${maker.pid} is gone, and whoever opens the name finds the value ${old.value()}`,
    );
    const path = `/dev/shm/sem.${name.slice(1)}`;
    const bytes = statSync(path, { throwIfNoEntry: false })?.size;
    if (bytes === undefined)
      unavailable("file", "this C library keeps its semaphores elsewhere: there is no /dev/shm/sem.NAME");
    else {
      const first = readFileSync(path).readUInt32LE(0);
      log.event("read", {
        object: "/dev/shm/sem.NAME",
        result: `${bytes} B, of which the first four say ${first}`,
      });
      claim("file", first === 6, `/dev/shm/sem.NAME has ${bytes} bytes, and the first four say ${first}`);
    }

    step("A process sleeps in it. The name is unlinked, and given to a new semaphore.");
    while (old.tryWait().kind === "taken");
    const sleeper = start("sleeper", { args: { name } });
    await sleeper.asleep({ in: "sem_wait" });
    log.call("sem_unlink", "name", () => (unlinkPosixSemaphore(name) ? "gone" : "ENOENT"));
    const opening = refusal(() => openPosixSemaphore(name).close());
    using young = createPosixSemaphore(name, { value: 0 });
    semPost(log, young, "name, the new one");
    const values = [old.value(), young.value()];
    claim(
      "same",
      values[0] === values[1],
      `after unlinking, opening it said ${opening}; the old one is at ${values[0]}, the new one at ${values[1]}`,
    );
    semPost(log, old, "name, the old one", { flow: "old" });
    const kind = await sleeper.result<string>();
    claim("gone", kind !== "taken", `the sleeper was woken by a post of the old one: ${kind}`);
    old.close();
  },
});
