import { closeSync, openSync, readdirSync, statSync } from "node:fs";
import { defineDemo } from "@ipc-playground/lab-kit";
import { futexWait, futexWake, openDescriptors } from "@ipc-playground/libc";
import { createMemfd, mapMemfd, POSIX_FOLDER, type SharedMemory } from "@ipc-playground/shared-memory";
import { holders } from "./holders.ts";

/** Words: set when the stranger has been there, and what the two say to each other. */
const [MET, QUESTION, ANSWER] = [0, 1, 2];

interface Seen {
  question?: number;
  refused?: string;
}

export default defineDemo({
  name: "stranger",
  title: "Memory without a name, and how a stranger gets it",
  claims: {
    named: {
      says: "To share memory, unrelated processes need a name that both know.",
      expect: "refuted",
      source: "memfd_create(2); proc_pid_fd(5); also unix(7), SCM_RIGHTS",
    },
    folder: {
      says: "All shared memory that is not System V's shows in /dev/shm.",
      expect: "refuted",
      source: "memfd_create(2); tmpfs(5): on a mount of the kernel's own",
    },
    gone: {
      says: "A memory file is gone when its processes are, and nobody has to remove it.",
      expect: "holds",
      source: "memfd_create(2)",
    },
  },
  predict: {
    question:
      "A process made memory without a name, and gave it to nobody. Can another process of that user map it?",
    choices: ["No", "Yes, through /proc/PID/fd", "Only a child can"],
    answer: 1,
    because:
      "/proc/PID/fd/N is not a text: opening it opens the memory itself, if you may inspect that process.",
  },
  processes: {
    /** Makes memory of its own, and waits in it for whoever comes. */
    owner({ text, log }) {
      using file = createMemfd({ bytes: 4_096, name: text("name") });
      using memory = file.map();
      store(memory, QUESTION, 54);
      const met = memory.view(Int32Array, 4 * MET, 1);
      log.call("futex", file.name, () => {
        while (Atomics.load(met, 0) === 0) futexWait(met, 0, Infinity);
      });
      const answer = load(memory, ANSWER);
      log.event("load", { object: file.name, result: `${answer}`, flow: ["answer"] });
      return answer;
    },
    /** Is nobody's child here, and has inherited nothing. */
    stranger({ text, log }) {
      let fd: number;
      try {
        fd = log.call("open", "owner's fd", () => ({ kind: "opened", fd: openSync(text("path"), "r+") })).fd;
      } catch (error) {
        return { refused: (error as NodeJS.ErrnoException).code };
      }
      using memory = mapMemfd(fd);
      closeSync(fd);
      const question = load(memory, QUESTION);
      log.event("load", { object: memory.name, result: `${question}` });
      store(memory, ANSWER, 42);
      log.event("store", { object: memory.name, result: "42", flow: ["answer"] });
      store(memory, MET, 1);
      futexWake(memory.view(Int32Array, 4 * MET, 1), 1);
      return { question };
    },
  },
  async run({ start, claim, unavailable, step, log }) {
    const name = `private-${process.pid}`;
    step("The owner makes memory and gives it to nobody. The stranger knows its pid, and looks.");
    const owner = start("owner", { args: { name } });
    await owner.asleep({ in: "futex" });
    const fd = openDescriptors(owner.pid)?.find(({ target }) => target.includes(name))?.fd;
    const path = `/proc/${owner.pid}/fd/${fd}`;
    log.event("look", { object: path, result: `/memfd:${name}` });
    const listed = fd !== undefined && isListed(path);
    const before = holders(name);
    const { question, refused } = await start("stranger", { args: { path }, unrelated: true }).result<Seen>();
    if (refused !== undefined) {
      unavailable("named", `this system does not let us open /proc/PID/fd of another process: ${refused}`);
      owner.kill("SIGKILL");
      await owner.exited();
    } else {
      const answer = await owner.result<number>();
      const met = question === 54 && answer === 42;
      claim("named", !met, `the stranger read ${question} and wrote 42; the owner read ${answer}`);
    }
    claim("folder", listed, `its inode is ${listed ? "" : "not "}among those in ${POSIX_FOLDER}`);
    const after = holders(name);
    claim(
      "gone",
      before > 0 && after === 0,
      `${before} process had it; when the owner had ended, ${after} had; no path leads to it`,
    );
  },
});

function load(memory: SharedMemory, word: number): number {
  return Atomics.load(memory.view(Int32Array), word);
}

function store(memory: SharedMemory, word: number, value: number): void {
  Atomics.store(memory.view(Int32Array), word, value);
}

/** Whether the file behind a path lies in /dev/shm. */
function isListed(path: string): boolean {
  const { ino, dev } = statSync(path);
  return readdirSync(POSIX_FOLDER).some((entry) => {
    const found = statSync(`${POSIX_FOLDER}/${entry}`, { throwIfNoEntry: false });
    return found?.ino === ino && found.dev === dev;
  });
}
