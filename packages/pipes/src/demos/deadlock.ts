import { defineDemo, type ProcessContext } from "@ipc-playground/lab-kit";
import { openPipe, ReadEnd, WriteEnd } from "@ipc-playground/pipes";

/** More than a pipe holds, in bytes. */
const BYTES = 128 * 1_024;

export default defineDemo({
  name: "deadlock",
  title: "Two full pipes: a deadlock, and its cure",
  claims: {
    deadlock: {
      says: "Two processes with a pipe each way cannot block each other for ever.",
      expect: "refuted",
      source: "The Linux Programming Interface, 44.2; pipe(7)",
    },
    cure: {
      says: "It is cured when one side reads before it has written everything.",
      expect: "holds",
      source: "poll(2)",
    },
  },
  predict: {
    question: "Both sides write 128 KiB to each other and only then read. What happens?",
    choices: ["It works", "Both hang in write", "The second one gets EAGAIN"],
    answer: 1,
    because:
      "Each pipe holds 64 KiB. Both writers wait for a reader, and both readers-to-be are those writers.",
  },
  processes: {
    /** Writes everything, then reads everything. */
    async stubborn(context) {
      const { output, input, log } = ends(context);
      log.call("write", output.name, () => output.writeFully(new Uint8Array(BYTES)));
      return log.call("read all", input.name, () => input.readFully(new Uint8Array(BYTES)));
    },
    /** Lets the event loop do both at once: writes what fits, reads what is there. */
    async flexible(context) {
      const { output, input, log } = ends(context);
      return log.call(`write and read`, input.name, async () => {
        output.toStream().end(new Uint8Array(BYTES));
        let bytes = 0;
        for await (const chunk of input.toStream()) bytes += (chunk as Buffer).length;
        return bytes;
      });
    },
  },
  async run({ start, claim, step }) {
    step("Left and right each write 128 KiB, then read.");
    {
      using there = openPipe();
      using back = openPipe();
      const left = start("stubborn", { as: "left", fds: { out: there.writeEnd, in: back.readEnd } });
      const right = start("stubborn", { as: "right", fds: { out: back.writeEnd, in: there.readEnd } });
      await left.asleep({ in: "write" });
      await right.asleep({ in: "write" });
      const held = left.running && right.running;
      claim("deadlock", !held, `left is ${left.whereabouts()}; right is ${right.whereabouts()}`);
      step(
        "Each sleeps in write on the pipe that only the other could empty. Nothing but a signal ends this.",
      );
      left.kill("SIGKILL");
      right.kill("SIGKILL");
      await left.exited();
      await right.exited();
    }

    step("The same, but right reads while it writes.");
    using there = openPipe();
    using back = openPipe();
    const left = start("stubborn", { as: "left", fds: { out: there.writeEnd, in: back.readEnd } });
    const right = start("flexible", { as: "right", fds: { out: back.writeEnd, in: there.readEnd } });
    there[Symbol.dispose]();
    back[Symbol.dispose]();
    const [l, r] = [await left.result(), await right.result()];
    claim("cure", l === BYTES && r === BYTES, `left got ${l} bytes and right ${r}, of ${BYTES} each`);
  },
});

function ends({ fd, log }: ProcessContext) {
  return { output: new WriteEnd(fd("out")), input: new ReadEnd(fd("in")), log };
}
