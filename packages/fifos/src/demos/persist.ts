import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { makeFifo, openReadEndNow, openWriteEndNow } from "@ipc-playground/fifos";
import { defineDemo } from "@ipc-playground/lab-kit";

export default defineDemo({
  name: "persist",
  title: "The path stays, the data does not",
  claims: {
    path: {
      says: "A FIFO's path persists until it is unlinked, whoever has come and gone.",
      expect: "holds",
      source: "fifo(7), mkfifo(3), unlink(2)",
    },
    data: {
      says: "What was written to a FIFO is still there when all processes have closed it.",
      expect: "refuted",
      source: "fifo(7): the kernel passes all data internally; pipe(7)",
    },
    file: {
      says: "What was written to a FIFO is in its file.",
      expect: "refuted",
      source: "fifo(7): the file has no contents on the file system",
    },
    cutOff: {
      says: "Unlinking a FIFO takes it away from the processes that have it open.",
      expect: "refuted",
      source: "unlink(2): it lives on until the last descriptor is closed",
    },
  },
  predict: {
    question:
      "A process puts 5 bytes into a FIFO and all close it. The path is still there. What does the next reader get?",
    choices: ["The 5 bytes", "End-of-file", "An error"],
    answer: 1,
    because:
      "The path is only a name by which processes find each other. The bytes were in the kernel, for as long as somebody had it open.",
  },
  processes: {
    /** Opens both ends, so that it need not wait for anybody, and leaves 5 bytes behind. */
    first({ text, log }) {
      using _readEnd = openReadEndNow(text("path"));
      using writeEnd = openWriteEndNow(text("path"));
      log.call("write", "fifo", () => writeEnd.write(Buffer.from("hello")));
      const { size } = statSync(text("path"));
      log.event("stat", { object: "fifo", result: `size ${size}` });
      return size;
    },
    writer({ text, log }) {
      using end = openWriteEndNow(text("path"));
      log.call("write", "fifo-2", () => end.write(Buffer.from("hello")));
    },
    next({ text, log }) {
      using end = openReadEndNow(text("path"));
      const result = log.call("read", "fifo", () => end.read(new Uint8Array(64)));
      return result.kind === "bytes" ? result.bytes : 0;
    },
  },
  async run({ start, scratch, claim, step, log }) {
    const folder = scratch();
    using fifo = makeFifo(join(folder, "fifo"));
    log.event("mkfifo", { object: "fifo" });

    step("One process writes 5 bytes, which nobody reads, and exits. Another comes later.");
    const size = await start("first", { args: { path: fifo.path } }).result<number>();
    claim("file", size > 0, `with 5 bytes inside, the file's size was ${size}`);
    const kept = existsSync(fifo.path) && statSync(fifo.path).isFIFO();
    const found = await start("next", { args: { path: fifo.path } }).result<number>();
    claim("data", found > 0, `5 bytes were written, and the next reader found ${found}`);
    log.call("unlink", "fifo", () => fifo.unlink());
    const gone = !existsSync(fifo.path);
    claim(
      "path",
      kept && gone,
      `after both had exited it was ${kept ? "there" : "gone"}; after unlink, ${gone ? "gone" : "there"}`,
    );

    step("The same with a reader that has it open meanwhile, and with the path unlinked under it.");
    using second = makeFifo(join(folder, "fifo-2"));
    using reader = openReadEndNow(second.path);
    await start("writer", { args: { path: second.path } }).result();
    log.call("unlink", "fifo-2", () => second.unlink());
    const result = log.call("read", "fifo-2", () => reader.read(new Uint8Array(64)));
    const bytes = result.kind === "bytes" ? result.bytes : 0;
    claim(
      "cutOff",
      bytes === 0,
      `the path was ${existsSync(second.path) ? "there" : "gone"}, and the open end read ${bytes} bytes`,
    );
  },
});
