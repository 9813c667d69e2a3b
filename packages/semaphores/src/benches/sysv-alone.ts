import { defineBench } from "@ipc-playground/bench-kit";
import { ownObject } from "@ipc-playground/lab-kit/runner";
import { createSemaphoreSet } from "../sysv-open.ts";
import { SemaphoreSet } from "../sysv-set.ts";
import { postAndWait } from "./operations.ts";

export default defineBench({
  mechanism: "sysv-sem-alone",
  yardstick: "sysv-sem-alone",
  measures: ["operations"],
  operators: "alone",

  work: {
    copies: 0,
    systemCalls: { blocking: 2 },
    says: "semop(2) adds, semop(2) takes",
  },

  open() {
    const set = createSemaphoreSet(Number(ownObject("sysv-sem")), [0]);
    const end = { names: { set: `${set.id}` } };
    return { a: end, b: end, remove: () => set.remove() };
  },

  modes: { blocking: ({ names }) => postAndWait(new SemaphoreSet(Number(names.set)).at(0)) },
});
