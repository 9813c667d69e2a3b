import { chdir } from "node:process";
import { type DirectorContext, defineDemo } from "@ipc-playground/lab-kit";
import { futexWait, futexWake, type MappedMemory, mmap } from "@ipc-playground/libc";
import { createMemfd, mapMemfd, pageBytes } from "@ipc-playground/shared-memory";

const PAGE = pageBytes();
/** The word that tells that the object was cut. */
const CUT = 0;

export default defineDemo({
  name: "sigbus",
  title: "Past the end there is no error, only a signal",
  claims: {
    error: {
      says: "Reading past the end of a shared object gives zeros, or an error that a program can handle.",
      expect: "refuted",
      source: "mmap(2): SIGBUS",
    },
    checked: {
      says: "Whoever has checked the size of a shared object before mapping it is safe from SIGBUS.",
      expect: "refuted",
      source: "mmap(2), ftruncate(2): the effect of changing the size under a mapping",
    },
    inside: {
      says: "Cutting an object hurts only those who touch what was cut off.",
      expect: "holds",
      source: "mmap(2)",
    },
  },
  predict: {
    question:
      "You map two pages of an object, all that it has. Another process cuts it to one. You read the second page. What do you get?",
    choices: ["The old bytes", "Zeros", "SIGBUS: your process ends"],
    answer: 2,
    because:
      "A read is a machine instruction; there is nobody to give an error to. A memory file that was sealed cannot be cut.",
  },
  processes: {
    /** Maps one page more than there is, and reads it. It is meant to die. */
    past({ fd, text, log }) {
      // A core dump, where the system writes one, is then removed with the folder.
      chdir(text("scratch"));
      const memory = mmap(fd("memory"), 2 * PAGE) as MappedMemory;
      const bytes = new Uint8Array(memory.buffer);
      log.event("mmap", { result: `${memory.buffer.byteLength} B` });
      log.call("load", `byte ${PAGE}`, () => `${bytes[PAGE]}`);
    },
    /** Maps exactly what is there, and reads it when it was cut. It is meant to die. */
    careful({ fd, text, log }) {
      chdir(text("scratch"));
      using memory = mapMemfd(fd("memory"), { bytes: 2 * PAGE });
      const bytes = memory.view(Uint8Array);
      const cut = memory.view(Int32Array, 4 * CUT, 1);
      log.event("mmap", { object: memory.name, result: `${memory.bytes} B: all that there is` });
      log.call("futex", memory.name, () => {
        while (Atomics.load(cut, 0) === 0) futexWait(cut, 0, Infinity);
      });
      log.call("load", `byte ${PAGE - 1}`, () => `${bytes[PAGE - 1]}`);
      log.event("goes on");
      log.call("load", `byte ${PAGE}`, () => `${bytes[PAGE]}`);
    },
  },
  async run(director) {
    const { start, scratch, claim, step, log } = director;
    const args = { scratch: scratch() };
    step("An object of one page. A process maps two, and reads past the end.");
    using small = createMemfd({ bytes: PAGE, name: "small" });
    const past = await endOf(start("past", { args, fds: { memory: small }, doomed: true }));
    claim("error", past !== "SIGBUS", `the process that read byte ${PAGE} of ${PAGE} was ended by ${past}`);

    step("An object of two pages. A process checks that, maps two, and waits. Now the object is cut.");
    using large = createMemfd({ bytes: 2 * PAGE, name: "large" });
    using memory = large.map();
    const words = memory.view(Int32Array, 4 * CUT, 1);
    const careful = start("careful", { args, fds: { memory: large }, doomed: true });
    await careful.asleep({ in: "futex" });
    log.call(`ftruncate ${PAGE}`, large.name, () => large.resize(PAGE));
    Atomics.store(words, 0, 1);
    futexWake(words, 1);
    const signal = await endOf(careful);
    claim("checked", signal !== "SIGBUS", `it had checked; reading byte ${PAGE}, it was ended by ${signal}`);
    const alive = await careful.said("goes on").then(
      () => true,
      () => false,
    );
    claim("inside", alive, `byte ${PAGE - 1} it could ${alive ? "still" : "no longer"} read`);
  },
});

/** What ended a process that is meant to die. */
async function endOf(victim: ReturnType<DirectorContext<"past", never>["start"]>): Promise<string> {
  const { code, signal } = await victim.exited();
  return signal ?? `itself, with status ${code}`;
}
