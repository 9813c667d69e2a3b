import { join } from "node:path";
import { makeFifo, openReadEnd, openWriteEnd } from "@ipc-playground/fifos";
import { defineDemo } from "@ipc-playground/lab-kit";

export default defineDemo({
  name: "open-order",
  title: "Two FIFOs, and a deadlock before the first byte",
  claims: {
    anyOrder: {
      says: "Two processes may open their two FIFOs in any order.",
      expect: "refuted",
      source: "fifo(7): each open waits for the other side; The Linux Programming Interface, 44.7",
    },
    sameOrder: {
      says: "It is enough that both open the FIFOs in the same order.",
      expect: "holds",
      source: "fifo(7)",
    },
  },
  predict: {
    question:
      "Both sides open first the FIFO that they write, and then the one that they read. What happens?",
    choices: ["They meet", "Both hang in open", "The second one gets ENXIO"],
    answer: 1,
    because:
      "Each waits for a reader of its own FIFO, and each would be the other's reader in its next line.",
  },
  processes: {
    client({ text, log }) {
      using requests = log.call("open", "requests", () => openWriteEnd(text("requests")));
      using replies = log.call("open", "replies", () => openReadEnd(text("replies")));
      log.call("write", "requests", () => requests.write(Buffer.from("ping")));
      return log.call("read", "replies", () => replies.read(new Uint8Array(64))).kind;
    },
    /** Opens the FIFO that it writes first, as its client does. */
    stubborn({ text, log }) {
      using replies = log.call("open", "replies", () => openWriteEnd(text("replies")));
      using requests = log.call("open", "requests", () => openReadEnd(text("requests")));
      log.call("read", "requests", () => requests.read(new Uint8Array(64)));
      log.call("write", "replies", () => replies.write(Buffer.from("pong")));
    },
    /** Opens the FIFOs in its client's order. */
    server({ text, log }) {
      using requests = log.call("open", "requests", () => openReadEnd(text("requests")));
      using replies = log.call("open", "replies", () => openWriteEnd(text("replies")));
      log.call("read", "requests", () => requests.read(new Uint8Array(64)));
      log.call("write", "replies", () => replies.write(Buffer.from("pong")));
    },
  },
  async run({ start, scratch, claim, step }) {
    const folder = scratch();
    using requests = makeFifo(join(folder, "requests"));
    using replies = makeFifo(join(folder, "replies"));
    const args = { requests: requests.path, replies: replies.path };

    step("Client and server each open first what they write.");
    {
      const client = start("client", { args });
      const server = start("stubborn", { as: "server", args });
      await client.asleep({ in: "open" });
      await server.asleep({ in: "open" });
      const stuck = client.running && server.running;
      claim(
        "anyOrder",
        !stuck,
        `the client is ${client.whereabouts()}, and the server is ${server.whereabouts()}`,
      );
      step("Each sleeps in open on the FIFO that the other would open next. Only a signal ends this.");
      client.kill("SIGKILL");
      server.kill("SIGKILL");
      await client.exited();
      await server.exited();
    }

    step("Both open the requests first.");
    const client = start("client", { args });
    await start("server", { args }).result();
    const answer = await client.result<string>();
    claim(
      "sameOrder",
      answer === "bytes",
      `both opened requests, then replies; the client's read gave ${answer}`,
    );
  },
});
