import { defineBench } from "@ipc-playground/bench-kit";
import { ownObject } from "@ipc-playground/lab-kit/runner";
import { handOver, handOverAsync } from "./benches/hand-over.ts";
import { createSemaphoreSet } from "./sysv-open.ts";
import { SemaphoreSet } from "./sysv-set.ts";

/** Two semaphores of one System V set hand a turn to and fro. */
export default defineBench({
  mechanism: "sysv-sem",
  yardstick: "sysv-sem",
  notifies: true,
  // Whoever does not wait for answers counts up to SEMVMX and no further.
  measures: ["latency", "rate"],

  work: {
    copies: 0,
    systemCalls: { blocking: 2, "event-loop": 5 },
    says: "semop(2) posts, semop(2) takes; for an event loop a thread of the pool sleeps, and tells it by an eventfd",
  },

  open() {
    const set = createSemaphoreSet(Number(ownObject("sysv-sem")), [0, 0]);
    const end = { names: { set: `${set.id}` } };
    return { a: end, b: end, remove: () => set.remove() };
  },

  modes: {
    blocking: ({ names, role }) => handOver(...sideOf(names.set, role)),
    "event-loop": ({ names, role }, deliver) => handOverAsync(...sideOf(names.set, role), deliver),
  },
});

function sideOf(id: string, role: "a" | "b") {
  const set = new SemaphoreSet(Number(id));
  return role === "a" ? ([set.at(0), set.at(1)] as const) : ([set.at(1), set.at(0)] as const);
}
