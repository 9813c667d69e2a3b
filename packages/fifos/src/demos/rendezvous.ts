import { join } from "node:path";
import { makeFifo, openReadEnd, openWriteEnd } from "@ipc-playground/fifos";
import { defineDemo } from "@ipc-playground/lab-kit";

export default defineDemo({
  name: "rendezvous",
  title: "Opening a FIFO waits for the other side",
  claims: {
    readerWaits: {
      says: "To open a FIFO for reading is to wait until a process opens it for writing.",
      expect: "holds",
      source: "fifo(7), open(2)",
    },
    writerFirst: {
      says: "A writer can open a FIFO, write and go; the reader may come later.",
      expect: "refuted",
      source: "fifo(7): opening blocks until the other end is opened also",
    },
  },
  predict: {
    question: "A program runs `echo hello > fifo`. Nobody reads from the fifo yet. Where does it wait?",
    choices: ["Nowhere: hello is kept in the FIFO", "In write()", "In open()"],
    answer: 2,
    because:
      "Not a byte is written before somebody has the other side open. The shell has not even started echo.",
  },
  processes: {
    reader({ text, log }) {
      using end = log.call("open", text("name"), () => openReadEnd(text("path")));
      const buffer = new Uint8Array(64);
      const result = log.call("read", end.name, () => end.read(buffer));
      return result.kind === "bytes" ? result.bytes : 0;
    },
    writer({ text, log }) {
      using end = log.call("open", text("name"), () => openWriteEnd(text("path")));
      log.call("write", end.name, () => end.write(Buffer.from("hello")));
    },
  },
  async run({ start, scratch, claim, step }) {
    const folder = scratch();
    {
      using fifo = makeFifo(join(folder, "fifo"));
      const args = { path: fifo.path, name: "fifo" };
      step("The reader comes first.");
      const reader = start("reader", { args });
      await reader.asleep({ in: "open" });
      const where = reader.whereabouts();
      await start("writer", { args }).result();
      const bytes = await reader.result<number>();
      claim("readerWaits", bytes === 5, `the reader was ${where}; a writer came, and it read ${bytes} bytes`);
    }

    using fifo = makeFifo(join(folder, "fifo-2"));
    const args = { path: fifo.path, name: "fifo-2" };
    step("The writer comes first.");
    const writer = start("writer", { args });
    await writer.asleep({ in: "open" });
    const where = writer.whereabouts();
    await start("reader", { args }).result();
    await writer.result();
    claim("writerFirst", !/asleep in openat/.test(where), `alone, the writer was ${where}`);
  },
});
