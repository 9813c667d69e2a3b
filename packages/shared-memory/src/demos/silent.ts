import { defineDemo } from "@ipc-playground/lab-kit";
import { futexWait, futexWake, POLLIN, poll, processStat } from "@ipc-playground/libc";
import { createMemfd, mapMemfd } from "@ipc-playground/shared-memory";

export default defineDemo({
  name: "silent",
  title: "Shared memory tells nobody",
  claims: {
    woken: {
      says: "A process that waits for shared memory to change is woken when another writes to it.",
      expect: "refuted",
      source: "shm_overview(7): processes must synchronize; futex(2)",
    },
    poll: {
      says: "poll(2) tells when there is something new in shared memory, as it does for a pipe.",
      expect: "refuted",
      source: "poll(2): a file is always ready",
    },
    futex: {
      says: "Who has written must say so: with a futex, a semaphore, a signal, a byte in a pipe.",
      expect: "holds",
      source: "futex(2), FUTEX_WAKE; sem_overview(7)",
    },
  },
  predict: {
    question:
      "A reader sleeps until a word in shared memory is 1. Another process writes 1 into it. When does the reader wake up?",
    choices: ["At once", "When its next time slice comes", "Never, unless somebody wakes it"],
    answer: 2,
    because:
      "Writing to memory is a machine instruction, not a system call: the kernel does not even learn of it.",
  },
  processes: {
    /** Sleeps while the word is 0. */
    reader({ fd, log }) {
      using memory = mapMemfd(fd("memory"));
      const word = memory.view(Int32Array, 0, 1);
      log.call("futex", memory.name, () => {
        while (Atomics.load(word, 0) === 0) futexWait(word, 0, Infinity);
      });
      log.event("load", { object: memory.name, result: `${word[0]}` });
    },
    writer({ fd, log }) {
      using memory = mapMemfd(fd("memory"));
      memory.view(Int32Array)[0] = 1;
      log.event("store", { object: memory.name, result: "1" });
    },
    /** Comes after the writer, and has no trouble to see what it wrote. */
    passerby({ fd, log }) {
      using memory = mapMemfd(fd("memory"));
      const seen = memory.view(Int32Array)[0];
      log.event("load", { object: memory.name, result: `${seen}` });
      return seen;
    },
  },
  async run({ start, claim, step, log }) {
    using file = createMemfd({ bytes: 4_096, name: "word" });
    using memory = file.map();
    step("A poll(2) of the memory file, in which nothing has happened.");
    const ready = poll([{ fd: file.fd, events: POLLIN }], 0);
    const answer = Array.isArray(ready) && ((ready[0] ?? 0) & POLLIN) !== 0 ? "readable" : "not readable";
    log.event("poll", { object: file.name, result: answer });
    claim("poll", answer !== "readable", `nobody has written yet, and poll says: ${answer}`);

    step("A reader sleeps. A writer comes, writes, and goes. A passer-by sees what was written.");
    const fds = { memory: file };
    const reader = start("reader", { fds });
    await reader.asleep({ in: "futex" });
    await start("writer", { fds }).result();
    const seen = await start("passerby", { fds }).result<number>();
    const state = processStat(reader.pid)?.state;
    const where = reader.whereabouts();
    claim("woken", state !== "S" || seen !== 1, `the passer-by sees ${seen}; the reader is still ${where}`);

    step("Now somebody says so.");
    const woken = futexWake(memory.view(Int32Array, 0, 1), 1);
    log.event("futex", { object: file.name, result: `woke ${woken}` });
    const awake = await reader.result().then(
      () => true,
      () => false,
    );
    claim(
      "futex",
      woken === 1 && awake,
      `FUTEX_WAKE woke ${woken}, and the reader ${awake ? "went on" : "slept on"}`,
    );
  },
});
