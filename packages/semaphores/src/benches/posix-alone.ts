import { defineBench } from "@ipc-playground/bench-kit";
import { ownObject } from "@ipc-playground/lab-kit/runner";
import { createPosixSemaphore, openPosixSemaphore, unlinkPosixSemaphore } from "../posix-open.ts";
import { postAndWait } from "./operations.ts";

export default defineBench({
  mechanism: "posix-sem-alone",
  yardstick: "posix-sem-alone",
  measures: ["operations"],
  operators: "alone",

  work: {
    copies: 0,
    systemCalls: { blocking: 0 },
    says: "sem_post(3) and sem_trywait(3) find nobody asleep",
  },

  open() {
    const name = ownObject("posix-sem");
    createPosixSemaphore(name, { value: 0 }).close();
    const end = { names: { name } };
    return { a: end, b: end, remove: () => void unlinkPosixSemaphore(name) };
  },

  modes: { blocking: ({ names }) => postAndWait(openPosixSemaphore(names.name)) },
});
