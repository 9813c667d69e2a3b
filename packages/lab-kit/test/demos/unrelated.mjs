import { readSync, writeSync } from "node:fs";
import { defineDemo } from "@ipc-playground/lab-kit";
import { pipe2, processStat } from "@ipc-playground/libc";

/** A process that is nobody's child, asleep in a blocking call until it is ended (by env: until the test does it). */
export default defineDemo({
  name: "unrelated",
  title: "A process that is nobody's child",
  claims: {
    stranger: { says: "Its parent is not the director.", expect: "holds", source: "test" },
  },
  processes: {
    stranger: ({ fd, log, number }) => {
      log.call("read", "the pipe", () => readSync(fd("in"), Buffer.alloc(1)));
      return number("seven");
    },
  },
  async run({ start, claim }) {
    const [readEnd, writeEnd] = pipe2();
    const stranger = start("stranger", { unrelated: true, fds: { in: readEnd }, args: { seven: 7 } });
    await stranger.asleep({ in: "read" });
    process.send?.({ stranger: stranger.pid });
    globalThis.strangerPid = stranger.pid;
    if (process.env.UNRELATED_HANGS) await stranger.result();
    const parent = processStat(stranger.pid)?.parentPid;
    writeSync(writeEnd, "x");
    const seven = await stranger.result();
    claim("stranger", parent !== process.pid && seven === 7, `parent ${parent}, result ${seven}`);
  },
});
