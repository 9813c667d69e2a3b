import { defineBench } from "@ipc-playground/bench-kit";
import { ownObject } from "@ipc-playground/lab-kit/runner";
import { createPosixSemaphore, openPosixSemaphore, unlinkPosixSemaphore } from "../posix-open.ts";
import { mapPage, openPage } from "./memory.ts";
import { addUnder } from "./operations.ts";

/** A semaphore at 1 as a lock, wanted by both sides at once. */
export default defineBench({
  mechanism: "posix-lock",
  yardstick: "posix-lock",
  measures: ["operations"],
  operators: "both",

  work: {
    copies: 0,
    systemCalls: { blocking: 0 },
    says: "sem_wait(3) and sem_post(3) call futex(2) only where somebody sleeps",
  },

  open() {
    const name = ownObject("posix-sem");
    createPosixSemaphore(name, { value: 1 }).close();
    const names = { name };
    const page = openPage();
    return {
      a: { names, fds: { page: page.a } },
      b: { names, fds: { page: page.b } },
      remove: () => void unlinkPosixSemaphore(name),
    };
  },

  modes: {
    blocking({ names, fds }) {
      const semaphore = openPosixSemaphore(names.name);
      const lock = { lock: () => void semaphore.wait(), unlock: () => semaphore.post() };
      return addUnder(lock, mapPage(fds.page));
    },
  },
});
