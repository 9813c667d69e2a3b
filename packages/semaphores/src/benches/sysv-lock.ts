import { defineBench } from "@ipc-playground/bench-kit";
import { ownObject } from "@ipc-playground/lab-kit/runner";
import { createSemaphoreSet } from "../sysv-open.ts";
import { SemaphoreSet } from "../sysv-set.ts";
import { mapPage, openPage } from "./memory.ts";
import { addUnder } from "./operations.ts";

const UNDO = { undo: true };

/** A semaphore at 1 as a lock that a crash gives back, wanted by both sides at once. */
export default defineBench({
  mechanism: "sysv-lock",
  yardstick: "sysv-lock",
  measures: ["operations"],
  operators: "both",

  work: {
    copies: 0,
    systemCalls: { blocking: 2 },
    says: "semop(2) takes, semop(2) gives back",
  },

  open() {
    const set = createSemaphoreSet(Number(ownObject("sysv-sem")), [1]);
    const names = { set: `${set.id}` };
    const page = openPage();
    return {
      a: { names, fds: { page: page.a } },
      b: { names, fds: { page: page.b } },
      remove: () => set.remove(),
    };
  },

  modes: {
    blocking({ names, fds }) {
      const set = new SemaphoreSet(Number(names.set));
      const lock = { lock: () => void set.wait(0, UNDO), unlock: () => set.post(0, UNDO) };
      return addUnder(lock, mapPage(fds.page));
    },
  },
});
