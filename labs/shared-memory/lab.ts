import { defineLab } from "@ipc-playground/lab-kit";
import { sharedMemoryDemos } from "@ipc-playground/shared-memory/demos";

export default defineLab({
  name: "shared-memory",
  aliases: ["shm", "sysv-shm", "posix-shm", "mmap"],
  title: "Shared memory",
  summary: "the same bytes in several processes, and what goes wrong without care",
  // Compiled, this module is dist/lab.js.
  folder: new URL("../", import.meta.url),
  demos: sharedMemoryDemos,
  exercises: ["booking", "mailbox", "ring"],
});
