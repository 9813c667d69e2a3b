import { IpcError } from "@ipc-playground/contract";
import { defineDemo } from "@ipc-playground/lab-kit";
import { createSemaphoreSet, SemaphoreSet } from "@ipc-playground/semaphores";
import { down, refusal } from "./telling.ts";

const COUNT = { index: 0, name: "count" };
const SLEEPERS = 2;

export default defineDemo({
  name: "removed",
  title: "The set is removed under those who sleep in it: EIDRM",
  claims: {
    waits: {
      says: "A semaphore set that is in use cannot be removed.",
      expect: "refuted",
      source: "semctl(2), IPC_RMID: at once",
    },
    told: {
      says: "Whoever sleeps in a set that is removed is woken, and told so.",
      expect: "holds",
      source: "semop(2): EIDRM",
    },
    same: {
      says: "A new set with the same key takes the old one's place for those who know its id.",
      expect: "refuted",
      source: "semget(2): an id is not used again soon",
    },
  },
  processes: {
    sleeper({ number, log }) {
      try {
        return down(log, new SemaphoreSet(number("set")), COUNT).kind;
      } catch (error) {
        if (error instanceof IpcError) return error.errno;
        throw error;
      }
    },
  },
  async run({ start, own, claim, step, log }) {
    const key = Number(own("sysv-sem"));
    const set = createSemaphoreSet(key, [0]);
    step("Two processes sleep in a semaphore. Its set is removed.");
    const sleepers = Array.from({ length: SLEEPERS }, (_, i) =>
      start("sleeper", { as: `sleeper ${i + 1}`, args: { set: set.id } }),
    );
    for (const sleeper of sleepers) await sleeper.asleep({ in: "semop" });
    const inUse = set.waiters(COUNT.index);
    log.call("semctl IPC_RMID", "set", () => set.remove());
    const errors: string[] = [];
    for (const sleeper of sleepers) errors.push(await sleeper.result<string>());
    const asked = refusal(() => set.stat());
    claim(
      "waits",
      asked === "nothing",
      `with ${inUse} asleep in it, it was removed; asking for it right after: ${asked}`,
    );
    claim(
      "told",
      errors.every((errno) => errno === "EIDRM"),
      `semop came back with ${errors.join(", ")}`,
    );

    step("A new set is made with the same key. Somebody who knows the old id posts.");
    const young = createSemaphoreSet(key, [0]);
    const posted = refusal(() => log.call("semop +1", "the old id", () => set.post(COUNT.index)));
    claim(
      "same",
      posted === "nothing",
      `a post to id ${set.id}: ${posted}; the new set has id ${young.id} and the value ${young.value(0)}`,
    );
  },
});
