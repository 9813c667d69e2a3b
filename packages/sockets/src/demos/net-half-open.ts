import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { defineDemo } from "@ipc-playground/lab-kit";
import { codeOf, HERE, portOf } from "./net-telling.ts";

export default defineDemo({
  name: "net-half-open",
  title: "allowHalfOpen: an answer that takes longer than the question",
  claims: {
    late: {
      says: "A server can answer a client that has ended its side: TCP closes each direction for itself.",
      expect: "refuted",
      source: "Node.js, allowHalfOpen: false by default, net ends the other side itself",
    },
    allowed: {
      says: "With allowHalfOpen it can.",
      expect: "holds",
      source: "Node.js, net.createServer; RFC 9293, 3.6: half-close",
    },
  },
  predict: {
    question:
      "A client sends its question and end()s. The server needs a moment and then answers. Does the answer arrive?",
    choices: [
      "Yes: end() closes one direction only",
      "No: net has ended the server's side too",
      "Only over a Unix socket",
    ],
    answer: 1,
    because:
      "TCP would carry it. But net by default answers the client's end with its own, and what is written after that fails: EPIPE. allowHalfOpen leaves the second end() to the program.",
  },
  processes: {
    /** Answers when a turn of the event loop has passed since the client's end. */
    async server({ text, log }) {
      const server = createServer({ allowHalfOpen: text("halfOpen") === "yes" }).listen(0, HERE);
      const [socket] = (await once(server, "connection")) as [Socket];
      server.close();
      socket.on("data", (data) => log.event("'data'", { result: `"${data}"` }));
      await once(socket, "end");
      log.event("'end'", { note: "Of the client's direction." });
      await new Promise(setImmediate);
      const failed = await new Promise<unknown>((resolve) => {
        socket.on("error", () => {});
        socket.write("42", resolve);
      });
      socket.end();
      const outcome = failed ? codeOf(failed) : "written";
      log.event("write", { result: outcome });
      return outcome;
    },
    async client({ number, log }) {
      // This side waits for an answer after its own end(), which needs no option.
      const socket = connect(number("port"), HERE);
      socket.end("how many?");
      let answer = "";
      for await (const data of socket) answer += data;
      log.event("'end'", { result: answer === "" ? "no answer" : `"${answer}"` });
      return answer;
    },
  },
  async run({ start, claim, step, until }) {
    for (const halfOpen of ["no", "yes"] as const) {
      step(halfOpen === "no" ? "As net does it by default." : "With { allowHalfOpen: true }.");
      const server = start("server", { as: `server ${halfOpen}`, args: { halfOpen } });
      const port = await until(() => portOf(server), { what: "the server to listen" });
      const answer = await start("client", { as: `client ${halfOpen}`, args: { port } }).result<string>();
      const outcome = await server.result<string>();
      claim(
        halfOpen === "no" ? "late" : "allowed",
        answer === "42",
        `the server's write: ${outcome}; the client got "${answer}"`,
      );
    }
  },
});
