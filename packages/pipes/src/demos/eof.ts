import { defineDemo } from "@ipc-playground/lab-kit";
import { openPipe, ReadEnd, WriteEnd } from "@ipc-playground/pipes";

export default defineDemo({
  name: "eof",
  title: "End-of-file needs every writer to close",
  claims: {
    heldOpen: {
      says: "The reader sees end-of-file as soon as the writer exits.",
      expect: "refuted",
      source: "pipe(7): when all descriptors of the write end are closed",
    },
    drains: {
      says: "Bytes that are in the pipe when the last writer closes are read before end-of-file.",
      expect: "holds",
      source: "pipe(7)",
    },
  },
  predict: {
    question:
      "The writer writes 5 bytes and exits. We, who made the pipe, still have its write end open. What does the reader get?",
    choices: ["5 bytes, then end-of-file", "5 bytes, and then it hangs", "An error"],
    answer: 1,
    because: "The kernel counts open write ends, not writers who mean to write. Ours is one of them.",
  },
  processes: {
    writer({ fd, log }) {
      using output = new WriteEnd(fd("out"));
      log.call("write", output.name, () => output.write(Buffer.from("hello")));
    },
    reader({ fd, log }) {
      using input = new ReadEnd(fd("in"));
      const buffer = new Uint8Array(64);
      let bytes = 0;
      for (;;) {
        const result = log.call("read", input.name, () => input.read(buffer));
        if (result.kind !== "bytes") return bytes;
        bytes += result.bytes;
      }
    },
  },
  async run({ start, claim, step, log }) {
    using pipe = openPipe();
    const reader = start("reader", { fds: { in: pipe.readEnd } });
    const writer = start("writer", { fds: { out: pipe.writeEnd } });
    await writer.result();

    // Asleep in its *second* read: the first one brought the five bytes.
    await reader.said("read");
    await reader.asleep({ in: "read" });
    claim("heldOpen", !reader.running, `the writer is gone, and the reader is ${reader.whereabouts()}`);

    step("The reader will wait for ever. The cure: we close the write end that we forgot.");
    log.event("close", {
      object: pipe.writeEnd.name,
      note: "The last open write end anywhere. Now nobody can write, and the reader is told.",
    });
    pipe.writeEnd.close();
    const bytes = await reader.result<number>();
    claim("drains", bytes === 5, `read ${bytes} of 5 bytes, then end-of-file`);
  },
});
