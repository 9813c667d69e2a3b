import { join } from "node:path";
import { makeFifo, openReadEnd, openWriteEnd, openWriteEndNow } from "@ipc-playground/fifos";
import { defineDemo } from "@ipc-playground/lab-kit";

/** If end-of-file were final, the server would ask for ever. */
const SPIN_AT_MOST_MS = 5_000;

export default defineDemo({
  name: "keep-alive",
  title: "Between two clients: the keep-alive writer",
  claims: {
    sleeps: {
      says: "Between two clients, a server sleeps in read until the next one comes.",
      expect: "refuted",
      source: "fifo(7), pipe(7): end-of-file while nobody has it open for writing",
    },
    final: {
      says: "End-of-file is final: after it, nothing can be read from the same descriptor.",
      expect: "refuted",
      source: "fifo(7): the next writer may open it",
    },
    keepAlive: {
      says: "A server that has its own FIFO open for writing too never sees end-of-file.",
      expect: "holds",
      source: "The Linux Programming Interface, 44.8",
    },
  },
  predict: {
    question: "A server's only client has left. The server calls read() again. What happens?",
    choices: [
      "It sleeps until the next client",
      "It gets end-of-file, at once and every time",
      "It gets EPIPE",
    ],
    answer: 1,
    because:
      "No process has the FIFO open for writing, and that is what end-of-file means. Nobody told the kernel that more will come.",
  },
  processes: {
    server({ text, number, log }) {
      using requests = openReadEnd(text("path"));
      using _keepAlive = number("keepAlive")
        ? log.call("open O_WRONLY", requests.name, () => openWriteEndNow(text("path")))
        : undefined;
      const buffer = new Uint8Array(64);
      const read = () => log.call("read", requests.name, () => requests.read(buffer)).kind;
      let ends = 0;
      if (read() !== "bytes") return { ends, clients: 0 };
      if (read() === "bytes") return { ends, clients: 2 };
      const again = () => {
        const late = performance.now() + SPIN_AT_MOST_MS;
        for (ends = 1; performance.now() < late; ends++) {
          const result = requests.read(buffer);
          if (result.kind === "bytes") return result;
        }
        return { kind: "end-of-file" };
      };
      const { kind } = log.call(
        "read",
        requests.name,
        again,
        "The same call again and again, until there is something.",
      );
      return { ends, clients: kind === "bytes" ? 2 : 1 };
    },
    client({ text, log }) {
      using requests = openWriteEnd(text("path"));
      log.call("write", requests.name, () => requests.write(Buffer.from("request")));
    },
  },
  async run({ start, scratch, claim, step }) {
    type Seen = { ends: number; clients: number };
    const folder = scratch();

    step("A server that only reads. Two clients come, one after the other.");
    {
      using fifo = makeFifo(join(folder, "requests"));
      const server = start("server", { args: { path: fifo.path, keepAlive: 0 } });
      await start("client", { as: "client 1", args: { path: fifo.path } }).result();
      await server.said("read");
      await start("client", { as: "client 2", args: { path: fifo.path } }).result();
      const { ends, clients } = await server.result<Seen>();
      claim("sleeps", ends === 0, `${ends} reads between the two clients returned end-of-file, at once`);
      claim(
        "final",
        clients < 2,
        `after end-of-file, ${clients - 1} more request was read from the same descriptor`,
      );
    }

    step("The same server with a writer that never writes: itself.");
    using fifo = makeFifo(join(folder, "requests-2"));
    const server = start("server", { args: { path: fifo.path, keepAlive: 1 } });
    await start("client", { as: "client 1", args: { path: fifo.path } }).result();
    await server.said("read");
    await server.asleep({ in: "read" });
    const where = server.whereabouts().replace(folder, "…");
    await start("client", { as: "client 2", args: { path: fifo.path } }).result();
    const { ends } = await server.result<Seen>();
    claim(
      "keepAlive",
      ends === 0 && /asleep in read/.test(where),
      `client 1 had left, and the server was ${where}`,
    );
  },
});
