import { closeSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { IpcError } from "@ipc-playground/contract";
import { type DirectorContext, defineDemo } from "@ipc-playground/lab-kit";
import { callError, pipe2 } from "@ipc-playground/libc";
import {
  createSysvMemory,
  openSysvMemory,
  type SysvMemory,
  sysvMemoryStat,
} from "@ipc-playground/shared-memory";
import { giveTurn, makeTurns, tellWait } from "./turns.ts";

/** Node cannot fork without exec, so Python does: attach; fork; the child becomes another program. */
const FORKER = `
import ctypes, os, sys
def go():
    if not os.read(0, 1): os._exit(0)
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
libc.shmat(int(sys.argv[1]), None, 0)
go()
if os.fork() == 0:
    go()
    os.execvp("cat", ["cat"])
os.wait()`;

export default defineDemo({
  name: "attach-counts",
  title: "Who counts as attached: shm_nattch",
  claims: {
    processes: {
      says: "shm_nattch is the number of processes that use the segment.",
      expect: "refuted",
      source: "shmctl(2): of current attaches, and a process may have several",
    },
    left: {
      says: "A process that dies without shmdt leaves its attachment behind.",
      expect: "refuted",
      source: "shmat(2): exit detaches; so does the kernel after kill -9",
    },
    fork: {
      says: "A child made by fork has the segments of its parent attached, too.",
      expect: "holds",
      source: "shmat(2), fork(2)",
    },
    exec: {
      says: "What exec starts has them still, as it has the open files.",
      expect: "refuted",
      source: "shmat(2), execve(2)",
    },
  },
  predict: {
    question: "A process with the segment attached is killed by kill -9. What becomes of shm_nattch?",
    choices: ["It falls by one", "It stays too high for ever", "It stays until the next ipcrm"],
    answer: 0,
    because: "The kernel counts mappings, and takes a dead process's mappings away itself.",
  },
  processes: {
    /** Attaches the segment so many times, and never detaches it. */
    user({ number, log }) {
      const key = number("key");
      for (let i = 0; i < number("times"); i++)
        log.call("shmat", "the segment", () => openSysvMemory(key, { driver: "libc" }));
      tellWait(log, number("turns"), 0);
    },
  },
  async run(director) {
    const { start, own, claim, step, log } = director;
    const key = Number(own("sysv-shm"));
    const turns = makeTurns(Number(own("sysv-sem")), [0]);
    // By libc each opening is an attachment of its own, as it is in C.
    using memory = createSysvMemory(key, { bytes: 4_096, driver: "libc" });
    const count = () => {
      const { attachments } = sysvMemoryStat(memory);
      log.event("shm_nattch", { object: memory.name, result: `${attachments}` });
      return attachments;
    };
    step("The director made the segment and is attached. Two users come; the first attaches it twice.");
    const twice = start("user", { as: "user 1", args: { key, turns, times: 2 } });
    await twice.asleep({ in: "semop" });
    const once = start("user", { as: "user 2", args: { key, turns, times: 1 } });
    await once.asleep({ in: "semop" });
    const all = count();
    claim("processes", all === 3, `3 processes, and shm_nattch is ${all}`);

    step("User 2 is killed, and user 1 just ends: neither calls shmdt.");
    once.kill("SIGKILL");
    await once.exited();
    const killed = count();
    giveTurn(turns, 0);
    await twice.result();
    const ended = count();
    claim("left", killed >= all || ended >= killed, `${all}, after kill -9 ${killed}, after exit ${ended}`);
    await forked(director, memory, count);
  },
});

type Director = DirectorContext<"user", "processes" | "left" | "fork" | "exec">;

/** A program of Python attaches the segment, forks, and its child calls exec: after each, what is the count? */
async function forked(director: Director, memory: SysvMemory, count: () => number): Promise<void> {
  const { claim, unavailable, step, program, until, scratch } = director;
  step("A Python program attaches it, and forks; then its child becomes another program by exec.");
  const pipe = pipe2();
  if (typeof pipe === "number") throw callError(pipe, { syscall: "pipe2", doing: "make a pipe" });
  const [input, output] = pipe;
  const script = join(scratch(), "fork.py");
  writeFileSync(script, FORKER);
  try {
    const python = program("python3", [script, `${memory.id}`], { stdin: input });
    const changed = async (from: number) => {
      const is = () => sysvMemoryStat(memory).attachments !== from || !python.running;
      await until(is, { what: "the count to change" });
      return count();
    };
    const before = await changed(1);
    if (before !== 2) throw new IpcError("PROGRAM_NOT_FOUND", "it cannot attach memory", "install ctypes");
    writeSync(output, "f");
    const after = await changed(before);
    claim("fork", after === 3, `${before} before fork, ${after} after it`);
    writeSync(output, "e");
    const last = await changed(after);
    claim("exec", last === after, `${after} before exec, ${last} after it`);
  } catch (error) {
    if (!(error instanceof IpcError && error.code === "PROGRAM_NOT_FOUND")) throw error;
    for (const name of ["fork", "exec"] as const) unavailable(name, `needs python3: ${error.fact}`);
  } finally {
    for (const fd of pipe) closeSync(fd);
  }
}
