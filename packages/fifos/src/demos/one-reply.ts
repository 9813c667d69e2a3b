import { join } from "node:path";
import {
  makeFifo,
  openReadEnd,
  openReadEndNow,
  openWriteEndNow,
  openWriteEndWithin,
} from "@ipc-playground/fifos";
import { defineDemo } from "@ipc-playground/lab-kit";

export default defineDemo({
  name: "one-reply",
  title: "One reply FIFO for all: who gets the answer?",
  claims: {
    addressed: {
      says: "Clients can share one reply FIFO: each reads the reply to its own request.",
      expect: "refuted",
      source: "fifo(7), pipe(7): bytes have no address, any reader takes them",
    },
  },
  predict: {
    question:
      "Two clients wait in read on one reply FIFO. The server answers the second. Who gets the answer?",
    choices: ["The second", "Whichever the kernel wakes", "Both"],
    answer: 1,
    because:
      "The kernel wakes a reader, here the one that has slept longest. It cannot know whom the bytes are for.",
  },
  processes: {
    client({ text, log }) {
      using replies = openReadEndNow(text("replies"));
      using requests = openWriteEndNow(text("requests"));
      log.call("write", "requests", () => requests.write(Buffer.from(text("name"))));
      const buffer = Buffer.alloc(64);
      const result = log.call("read", "replies", () => replies.read(buffer));
      return buffer.toString("utf8", 0, result.kind === "bytes" ? result.bytes : 0);
    },
    /** Answers the last request first: it was the quicker one. */
    server({ text, log }) {
      using requests = openReadEndNow(text("requests"));
      using _keepRequests = openWriteEndNow(text("requests"));
      using replies = openWriteEndNow(text("replies"));
      log.event("open", { object: "requests" });
      const name = new Uint8Array(1);
      const asked = [1, 2].map(() => {
        log.call("read", "requests", () => requests.readFully(name));
        return Buffer.from(name).toString();
      });
      for (const client of asked.toReversed()) {
        openReadEnd(text(`answer ${client}`)).close();
        log.call(
          "write",
          "replies",
          () => replies.write(Buffer.from(`for ${client}`)),
          `The reply to ${client}.`,
        );
      }
    },
  },
  async run({ start, scratch, claim, step }) {
    const folder = scratch();
    using requests = makeFifo(join(folder, "requests"));
    using replies = makeFifo(join(folder, "replies"));
    // Two, not one: the server could pass the same one twice before we have closed it.
    using answerA = makeFifo(join(folder, "answer-a"));
    using answerB = makeFifo(join(folder, "answer-b"));
    const paths = { requests: requests.path, replies: replies.path };
    // So that the server finds a reader, and the clients a writer: a reader that does not read.
    using _reader = openReadEndNow(replies.path);
    const gates = { "answer A": answerA.path, "answer B": answerB.path };
    const server = start("server", { args: { ...paths, ...gates } });
    await server.said("open");

    step("A asks and waits; then B asks and waits. The server answers B first.");
    const a = start("client", { as: "A", args: { ...paths, name: "A" } });
    await a.asleep({ in: "read" });
    const b = start("client", { as: "B", args: { ...paths, name: "B" } });
    await b.asleep({ in: "read" });
    (await openWriteEndWithin(answerB.path, 10_000)).close();
    const first = await Promise.race([a, b].map((client) => client.result<string>()));
    (await openWriteEndWithin(answerA.path, 10_000)).close();
    const [toA, toB] = [await a.result<string>(), await b.result<string>()];
    await server.result();
    claim(
      "addressed",
      toA === "for A" && toB === "for B",
      `the first to read got "${first}"; in the end A had read "${toA}", and B "${toB}"`,
    );
  },
});
