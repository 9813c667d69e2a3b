import { open, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { makeFifo, openReadEndWithin, openWriteEndNow, type WriteEnd } from "@ipc-playground/fifos";
import { defineDemo } from "@ipc-playground/lab-kit";
import { blockedCall, threadIds } from "@ipc-playground/libc";

/** libuv's own number of threads, unless the user has set another one. */
const POOL_THREADS = Number(process.env.UV_THREADPOOL_SIZE) || 4;
const TICKS = 3;

export default defineDemo({
  name: "thread-pool",
  title: "What a waiting fs.open does to Node's thread pool",
  claims: {
    harmless: {
      says: "An fs.open() that waits is asynchronous, so everything else goes on meanwhile.",
      expect: "refuted",
      source: "Node.js, UV_THREADPOOL_SIZE: four threads serve all file calls",
    },
    oneIsEnough: {
      says: "As soon as one of them is let go, file calls come back.",
      expect: "holds",
      source: "Node.js, UV_THREADPOOL_SIZE",
    },
    noThread: {
      says: "With O_NONBLOCK a process can wait for many FIFOs and hold no thread.",
      expect: "holds",
      source: "open(2), fifo(7)",
    },
  },
  predict: {
    question:
      "Four fs.open() of FIFOs are pending. Then the program reads a small file with fs.readFile(). What happens?",
    choices: [
      "It is read as always",
      "It waits until somebody opens a FIFO's other side",
      "It fails with EAGAIN",
    ],
    answer: 1,
    because: "Node makes file calls in four threads. Each of them sleeps in the kernel, in open().",
  },
  processes: {
    async victim({ text, log }) {
      const opening = text("paths")
        .split("\n")
        .map((path) => log.call("fs.open", basename(path), () => open(path, "r")));
      let pending = true;
      const reading = log
        .call("fs.readFile", "a file", () => readFile("/proc/self/comm"))
        .then(() => {
          pending = false;
          log.event("has read", { object: "a file" });
        });
      for (let tick = 1; tick <= TICKS; tick++) {
        await delay(1);
        log.event("timer", { result: `${tick} of ${TICKS}` });
      }
      const pendingAfterTicks = pending;
      log.event("look", { result: pending ? "the file is not read yet" : "the file is read" });
      await reading;
      for (const file of await Promise.all(opening)) await file.close();
      return pendingAfterTicks;
    },
    async careful({ text, log }) {
      const opening = text("paths")
        .split("\n")
        .map((path) => log.call("open O_NONBLOCK", basename(path), () => openReadEndWithin(path, 10_000)));
      const bytes = await log.call("fs.readFile", "a file", () => readFile("/proc/self/comm"));
      log.event("look", { result: "the file is read" });
      for (const end of await Promise.all(opening)) end.close();
      return bytes.length;
    },
  },
  async run({ start, scratch, claim, unavailable, step, until }) {
    const folder = scratch();
    const paths = Array.from(
      { length: POOL_THREADS },
      (_, i) => makeFifo(join(folder, `fifo-${i + 1}`)).path,
    );
    const args = { paths: paths.join("\n") };
    const asleepInOpen = (pid: number) =>
      threadIds(pid).filter((tid) => tid !== pid && blockedCall(tid)?.syscall === "openat").length;

    step(
      `${POOL_THREADS} pending fs.open, one for each thread of the pool. Then a small file is to be read.`,
    );
    const victim = start("victim", { args });
    await victim.said("look");
    const threads = asleepInOpen(victim.pid);

    step("We open the other side of one FIFO, and then of the rest.");
    const writers: WriteEnd[] = [openWriteEndNow(paths[0] as string)];
    await victim.said("has read");
    const threadsLeft = asleepInOpen(victim.pid);
    for (const path of paths.slice(1)) writers.push(openWriteEndNow(path));
    const pending = await victim.result<boolean>();
    for (const writer of writers) writer.close();
    claim(
      "harmless",
      !pending,
      `${threads} threads slept in open; ${TICKS} timers came, and the file was ${pending ? "not read yet" : "read"}`,
    );
    if (threads === 0)
      unavailable("oneIsEnough", "this system does not let us see in which call a thread sleeps");
    else
      claim(
        "oneIsEnough",
        pending && threadsLeft === threads - 1,
        `${threadsLeft} of the ${threads} threads still slept in open when the file was read`,
      );

    step("The same with O_NONBLOCK: the FIFOs are open already, and a timer looks for their writers.");
    const careful = start("careful", { args });
    await careful.said("look");
    const held = asleepInOpen(careful.pid);
    const late = await Promise.all(
      paths.map((path) => until(() => openWriteEndNow(path), { what: "a reader" })),
    );
    const bytes = await careful.result<number>();
    for (const writer of late) writer.close();
    claim(
      "noThread",
      bytes > 0 && held === 0,
      `${paths.length} FIFOs waited for, ${held} threads in open, and the file was read`,
    );
  },
});
