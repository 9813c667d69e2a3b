import { defineBench } from "@ipc-playground/bench-kit";
import { FutexSemaphore } from "../futex-semaphore.ts";
import { mapPage, openPage } from "./memory.ts";
import { postAndWait } from "./operations.ts";

export default defineBench({
  mechanism: "futex-alone",
  yardstick: "futex-alone",
  measures: ["operations"],
  operators: "alone",

  work: {
    copies: 0,
    systemCalls: { blocking: 0 },
    says: "an addition and a subtraction in memory",
  },

  open() {
    const page = openPage();
    return { a: { fds: { page: page.a } }, b: { fds: { page: page.b } } };
  },

  modes: { blocking: ({ fds }) => postAndWait(new FutexSemaphore(mapPage(fds.page))) },
});
