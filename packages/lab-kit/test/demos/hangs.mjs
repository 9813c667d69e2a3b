import { readSync } from "node:fs";
import { defineDemo } from "@ipc-playground/lab-kit";
import { pipe2 } from "@ipc-playground/libc";

/** A process that sleeps in read for ever, with a short deadline, or (by env) until the test ends it. */
export default defineDemo({
  name: "hangs",
  title: "A process hangs",
  claims: {},
  processes: {
    sleeper: ({ fd, log }) => log.call("read", "the pipe", () => readSync(fd("in"), Buffer.alloc(1))),
  },
  async run({ start }) {
    const [readEnd] = pipe2();
    const sleeper = start("sleeper", { fds: { in: readEnd } });
    await sleeper.asleep({ in: "read" });
    const withinMs = Number(process.env.HANG_WITHIN_MS ?? 50);
    process.send?.({ sleeper: sleeper.pid });
    globalThis.sleeperPid = sleeper.pid;
    await sleeper.result({ withinMs });
  },
});
