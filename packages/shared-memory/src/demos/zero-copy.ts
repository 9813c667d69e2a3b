import { closeSync, openSync, readSync } from "node:fs";
import { defineDemo, type Log } from "@ipc-playground/lab-kit";
import { close, futexWait, futexWake, pipe2, readFully, writeFully } from "@ipc-playground/libc";
import { createMemfd, mapMemfd, type SharedMemory } from "@ipc-playground/shared-memory";

/** How much is handed over each time: 4 MiB. */
const BYTES = 4 << 20;
/** Where in the memory it lies; the first word says how far the two are. */
const DATA = 4_096;
/** What the word says: filled in place; seen by the receiver; filled from a file. */
const [IN_PLACE, SEEN, FROM_FILE] = [1, 2, 3];

/** So much of /proc/self/io is read: the two lines that matter. The reading is counted there as well. */
const LOOK_BYTES = 64;

/** What the kernel copied for a process in system calls. proc_pid_io(5) */
interface Copied {
  kind: string;
  bytes: number;
}

export default defineDemo({
  name: "zero-copy",
  title: "Who copies, and how often",
  claims: {
    pipe: {
      says: "A pipe copies each byte once, from the sender to the receiver.",
      expect: "refuted",
      source: "Stevens, UNP volume 2, 12.1: into the kernel, and out again",
    },
    memory: {
      says: "Shared memory hands data over without copying it.",
      expect: "holds",
      source: "Stevens, UNP volume 2, 12.1; mmap(2)",
    },
    file: {
      says: "With shared memory nothing is copied on the way from a file to another process.",
      expect: "refuted",
      source: "Stevens, UNP volume 2, 12.1: read(2) itself copies",
    },
  },
  predict: {
    question: "4 MiB go through a pipe. How many bytes does the kernel copy, in both processes together?",
    choices: ["None", "4 MiB", "8 MiB"],
    answer: 2,
    because:
      "write(2) copies them into the kernel, read(2) out of it. In shared memory they are where they should be.",
  },
  processes: {
    sender({ fd, log }) {
      using memory = mapMemfd(fd("memory"));
      const data = memory.view(Uint8Array, DATA, BYTES);
      const own = new Uint8Array(BYTES).fill(1);
      const pipe = counted(log, "write", "pipe", () => writeFully(fd("pipe"), own));
      const inPlace = counted(log, "store", "memory", () => data.fill(2));
      announce(memory, IN_PLACE);
      awaitWord(memory, SEEN);
      const source = openSync(process.execPath, "r");
      const file = counted(log, "read", "file, into memory", () => readSync(source, data, 0, BYTES, 0));
      closeSync(source);
      announce(memory, FROM_FILE);
      return [pipe, inPlace, file];
    },
    receiver({ fd, log }) {
      using memory = mapMemfd(fd("memory"));
      const data = memory.view(Uint8Array, DATA, BYTES);
      const own = new Uint8Array(BYTES);
      const pipe = counted(log, "read", "pipe", () => readFully(fd("pipe"), own));
      awaitWord(memory, IN_PLACE);
      const inPlace = counted(log, "load", "memory", () => data.every((byte) => byte === 2));
      announce(memory, SEEN);
      awaitWord(memory, FROM_FILE);
      const file = counted(log, "load", "memory", () => data.lastIndexOf(0));
      return [pipe, inPlace, file];
    },
  },
  async run({ start, claim, unavailable, step }) {
    if (ioOf() === undefined) {
      for (const name of ["pipe", "memory", "file"] as const)
        unavailable(name, "this kernel does not count in /proc/self/io what it copies");
      return;
    }
    using memory = createMemfd({ bytes: DATA + BYTES, name: "data" });
    const [readEnd, writeEnd] = pipe2() as [number, number];
    step(`${BYTES} bytes: through a pipe; made in shared memory; read from a file into shared memory.`);
    const actors = [
      start("sender", { fds: { memory, pipe: writeEnd } }),
      start("receiver", { fds: { memory, pipe: readEnd } }),
    ];
    close(readEnd);
    close(writeEnd);
    const counts = await Promise.all(actors.map((actor) => actor.result<Copied[]>()));
    for (const [i, name] of (["pipe", "memory", "file"] as const).entries()) {
      const [sent = 0, received = 0] = counts.map((of) => of[i]?.bytes);
      const due = { pipe: BYTES, memory: 0, file: 0 }[name];
      const evidence = `copied for the sender: ${sent} bytes, for the receiver: ${received}`;
      claim(name, sent + received === due, evidence);
    }
  },
});

/** Do it, and say what the kernel copied for it. */
function counted(log: Log, op: string, object: string, action: () => unknown): Copied {
  return log.call(op, object, () => {
    const before = ioOf() as number;
    action();
    const bytes = (ioOf() as number) - before - LOOK_BYTES;
    return { kind: `${bytes} B copied`, bytes };
  });
}

/** Bytes that went in and out of this process in system calls; `undefined`: not counted here. */
function ioOf(): number | undefined {
  try {
    const fd = openSync("/proc/self/io", "r");
    const text = Buffer.alloc(LOOK_BYTES);
    readSync(fd, text);
    closeSync(fd);
    const [, read, written] = /^rchar: (\d+)\nwchar: (\d+)\n/.exec(text.toString()) ?? [];
    return Number(read) + Number(written);
  } catch {
    return undefined;
  }
}

function announce(memory: SharedMemory, value: number): void {
  const word = memory.view(Int32Array, 0, 1);
  Atomics.store(word, 0, value);
  futexWake(word, 1);
}

function awaitWord(memory: SharedMemory, value: number): void {
  const word = memory.view(Int32Array, 0, 1);
  for (let now = Atomics.load(word, 0); now < value; now = Atomics.load(word, 0))
    futexWait(word, now, Infinity);
}
