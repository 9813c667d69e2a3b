import { defineDemo } from "@ipc-playground/lab-kit";
import { SEM_T_BYTES } from "@ipc-playground/libc";
import { placeSemaphore, semaphoreAt } from "@ipc-playground/semaphores";
import { mapWords, shareWords } from "./memory.ts";
import { semPost, semWait } from "./telling.ts";

const WORDS = 16;
const bytesOf = (words: Int32Array) => new Uint8Array(words.buffer, 0, SEM_T_BYTES);

export default defineDemo({
  name: "unnamed",
  title: "An unnamed semaphore: 32 bytes of memory, wherever you put them",
  claims: {
    threads: {
      says: "An unnamed semaphore is for the threads of one process; processes need a named one.",
      expect: "refuted",
      source: "sem_init(3): pshared, in shared memory",
    },
    copy: {
      says: "A copy of a semaphore's bytes is the same semaphore.",
      expect: "refuted",
      source: "sem_init(3), POSIX: only sem itself may be used",
    },
  },
  processes: {
    /** Not the director's child: it has nothing of it but a descriptor of the memory. */
    waiter({ fd, log }) {
      const semaphore = semaphoreAt(bytesOf(mapWords(fd("memory"), WORDS)));
      return semWait(log, semaphore, "semaphore", { flow: "post" }).kind;
    },
    poster({ fd, log }) {
      semPost(log, semaphoreAt(bytesOf(mapWords(fd("memory"), WORDS))), "semaphore", { flow: "post" });
    },
    copier({ fd, log }) {
      const copy = new Uint8Array(SEM_T_BYTES);
      copy.set(bytesOf(mapWords(fd("memory"), WORDS)));
      semPost(log, semaphoreAt(copy), "a copy");
      return semaphoreAt(copy).value();
    },
  },
  async run({ start, claim, step }) {
    using memory = shareWords(WORDS);
    const semaphore = placeSemaphore(bytesOf(memory.words), 0);
    const fds = { memory: memory.fd };
    step(
      "A semaphore in memory that was handed to two processes as a descriptor. One sleeps, one posts a copy.",
    );
    const waiter = start("waiter", { fds, unrelated: true });
    await waiter.asleep({ in: "sem_wait" });
    const copied = await start("copier", { fds }).result<number>();
    claim(
      "copy",
      !waiter.running || semaphore.value() > 0,
      `the copy went up to ${copied}; the semaphore is at ${semaphore.value()}, and its waiter sleeps on`,
    );

    step("Now the semaphore itself is posted.");
    await start("poster", { fds }).result();
    const kind = await waiter.result<string>();
    claim(
      "threads",
      kind !== "taken",
      `a process that was started from elsewhere slept in it, and was woken by another: ${kind}`,
    );
  },
});
