import { defineLab } from "@ipc-playground/lab-kit";
import { semaphoreDemos } from "@ipc-playground/semaphores/demos";

export default defineLab({
  name: "semaphore",
  aliases: ["semaphores", "sem", "sysv-sem", "posix-sem"],
  title: "Semaphores",
  summary: "numbers that processes wait for: exclusion, order, and how to get stuck",
  // Compiled, this module is dist/lab.js.
  folder: new URL("../", import.meta.url),
  demos: semaphoreDemos,
  exercises: ["bounded-buffer", "barrier", "philosophers"],
});
