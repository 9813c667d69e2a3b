import { defineBench } from "@ipc-playground/bench-kit";
import { handOver, handOverAsync } from "./benches/hand-over.ts";
import { APART, mapPage, openPage } from "./benches/memory.ts";
import { FutexSemaphore } from "./futex-semaphore.ts";

/** Two futex semaphores in shared memory hand a turn to and fro. */
export default defineBench({
  mechanism: "futex",
  yardstick: "futex",
  notifies: true,
  measures: ["latency", "rate"],

  work: {
    copies: 0,
    systemCalls: { blocking: 0, "event-loop": 3 },
    says: "futex(2) is called only where somebody sleeps; for an event loop a thread of the pool sleeps, and tells it by an eventfd",
  },

  open() {
    const page = openPage();
    return { a: { fds: { page: page.a } }, b: { fds: { page: page.b } } };
  },

  modes: {
    blocking: ({ fds, role }) => handOver(...sideOf(fds.page, role)),
    "event-loop": ({ fds, role }, deliver) => handOverAsync(...sideOf(fds.page, role), deliver),
  },
});

function sideOf(fd: number, role: "a" | "b") {
  const words = mapPage(fd);
  // Two zeros are a semaphore at 0.
  const [one, other] = [new FutexSemaphore(words, 0), new FutexSemaphore(words, APART)];
  return role === "a" ? ([one, other] as const) : ([other, one] as const);
}
