import { closeSync, constants, fstatSync, readSync } from "node:fs";
import { defineDemo } from "@ipc-playground/lab-kit";
import {
  ftruncate,
  futexWait,
  futexWake,
  type MappedMemory,
  mmap,
  munmap,
  shmOpen,
} from "@ipc-playground/libc";
import { openPosixMemory, pageBytes, unlinkPosixMemory } from "@ipc-playground/shared-memory";

const { O_CREAT, O_EXCL, O_RDWR } = constants;
const BYTES = 100;
/** Past the end of the object, and within its page. */
const PAST = 200;
/** Words: whether the name is gone, and what is written then. */
const [UNLINKED, LATE] = [0, 1];

export default defineDemo({
  name: "size",
  title: "An object without a size; its last page; and memory without a name",
  claims: {
    empty: {
      says: "A new POSIX shared memory object has size zero.",
      expect: "holds",
      source: "shm_open(3)",
    },
    end: {
      says: "Memory ends where the object ends: byte 200 of an object of 100 bytes cannot be touched.",
      expect: "refuted",
      source: "mmap(2), Notes: the rest of the last page is mapped, and is no part of the object",
    },
    gone: {
      says: "When its descriptor is closed and its name unlinked, the memory is gone.",
      expect: "refuted",
      source: "shm_unlink(3): with the last mapping",
    },
  },
  predict: {
    question:
      "A process has an object mapped. The object's name is unlinked, its last descriptor closed. The process writes. What happens?",
    choices: ["SIGSEGV: the memory is gone", "It works as before", "What it writes is lost"],
    answer: 1,
    because: "A mapping holds the object as an open file does. It goes with the last of them.",
  },
  processes: {
    /** Maps the object by its name, and writes to it when the name is gone. */
    user({ text, log }) {
      using memory = openPosixMemory(text("name"));
      log.event("mmap", { object: memory.name, result: `${memory.bytes} B` });
      const unlinked = memory.view(Int32Array, 4 * UNLINKED, 1);
      log.call("futex", memory.name, () => {
        while (Atomics.load(unlinked, 0) === 0) futexWait(unlinked, 0, Infinity);
      });
      memory.view(Int32Array)[LATE] = 42;
      log.event("store", {
        object: memory.name,
        result: "42",
        note: "It has no name and no descriptor any more.",
      });
    },
  },
  async run({ start, own, claim, step, log }) {
    const name = own("posix-shm");
    step("Make an object, and look at its size. Then give it one.");
    const fd = shmOpen(name, O_CREAT | O_EXCL | O_RDWR);
    const born = fstatSync(fd).size;
    log.event("shm_open", { object: "O_CREAT", result: `${born} B` });
    claim("empty", born === 0, `fstat says ${born} bytes`);
    ftruncate(fd, BYTES);
    log.event("ftruncate", { result: `${fstatSync(fd).size} B` });

    step(
      `Map its page twice. Write byte ${PAST} through one mapping; look through the other, and by read(2).`,
    );
    using one = mapPage(fd);
    using two = mapPage(fd);
    one.bytes[PAST] = 7;
    log.event("store", { object: `byte ${PAST}`, result: "7" });
    const seen = two.bytes[PAST];
    log.event("load", { object: `byte ${PAST}`, result: `${seen}` });
    const read = log.call("read", "the object", () => readSync(fd, new Uint8Array(pageBytes())));
    claim(
      "end",
      seen !== 7,
      `written, and read through another mapping: ${seen}; read(2) gives ${read} bytes`,
    );

    step("Another process maps it. Then the descriptor is closed and the name unlinked.");
    const user = start("user", { args: { name } });
    await user.asleep({ in: "futex" });
    closeSync(fd);
    log.call("shm_unlink", "the name", () => (unlinkPosixMemory(name) ? "gone" : "ENOENT"));
    const words = new Int32Array(one.bytes.buffer);
    Atomics.store(words, UNLINKED, 1);
    futexWake(words.subarray(UNLINKED, UNLINKED + 1), 1);
    await user.result();
    const late = words[LATE];
    claim("gone", late !== 42, `${user.name} then wrote 42, and this process reads ${late}`);
  },
});

/** The whole page, of which the object fills a part. The package's own functions map what is in the object. */
function mapPage(fd: number): Disposable & { bytes: Uint8Array<ArrayBuffer> } {
  const memory = mmap(fd, pageBytes()) as MappedMemory;
  return { bytes: new Uint8Array(memory.buffer), [Symbol.dispose]: () => void munmap(memory) };
}
