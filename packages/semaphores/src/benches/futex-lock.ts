import { defineBench } from "@ipc-playground/bench-kit";
import { FutexLock } from "../futex-lock.ts";
import { APART, mapPage, openPage } from "./memory.ts";
import { addUnder } from "./operations.ts";

/** A futex lock that both sides want at once. */
export default defineBench({
  mechanism: "futex-lock",
  yardstick: "futex-lock",
  measures: ["operations"],
  operators: "both",

  work: {
    copies: 0,
    systemCalls: { blocking: 0 },
    says: "futex(2) is called only where somebody sleeps",
  },

  open() {
    const page = openPage();
    return { a: { fds: { page: page.a } }, b: { fds: { page: page.b } } };
  },

  modes: {
    blocking({ fds }) {
      const words = mapPage(fds.page);
      const lock = new FutexLock(words, APART);
      return addUnder({ lock: () => void lock.lock(), unlock: () => lock.unlock() }, words);
    },
  },
});
