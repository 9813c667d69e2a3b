import { defineBench } from "@ipc-playground/bench-kit";
import { ownObject } from "@ipc-playground/lab-kit/runner";
import { handOver, handOverAsync } from "./benches/hand-over.ts";
import { createPosixSemaphore, openPosixSemaphore, unlinkPosixSemaphore } from "./posix-open.ts";

/** Two named POSIX semaphores hand a turn to and fro. */
export default defineBench({
  mechanism: "posix-sem",
  yardstick: "posix-sem",
  notifies: true,
  measures: ["latency", "rate"],

  work: {
    copies: 0,
    systemCalls: { blocking: 0, "event-loop": 3 },
    says: "sem_post(3) and sem_wait(3) call futex(2) only where somebody sleeps; for an event loop a thread of the pool sleeps, and tells it by an eventfd",
  },

  open() {
    const names = { there: ownObject("posix-sem"), back: ownObject("posix-sem") };
    for (const name of Object.values(names)) createPosixSemaphore(name, { value: 0 }).close();
    return {
      a: { names },
      b: { names: { there: names.back, back: names.there } },
      remove() {
        for (const name of Object.values(names)) unlinkPosixSemaphore(name);
      },
    };
  },

  modes: {
    blocking: ({ names }) => handOver(openPosixSemaphore(names.there), openPosixSemaphore(names.back)),
    "event-loop": ({ names }, deliver) =>
      handOverAsync(openPosixSemaphore(names.there), openPosixSemaphore(names.back), deliver),
  },
});
