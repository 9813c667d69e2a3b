import { setTimeout as delay } from "node:timers/promises";
import { defineDemo } from "@ipc-playground/lab-kit";
import { tcpSockets } from "@ipc-playground/libc";
import { connect, goodbye, serve } from "@ipc-playground/sockets";
import { codeOf, HERE, portOf } from "./net-telling.ts";

/** Fits into the kernel's buffers: the server has written all of it before anybody reads. */
const ANSWER_BYTES = 1_000_000;

export default defineDemo({
  name: "goodbye",
  title: "A server that hangs up, and its last words",
  claims: {
    closed: {
      says: "What was written before close() arrives.",
      expect: "refuted",
      source: "RFC 2525, 2.17; RFC 9293, 3.6.1: unread input makes close() a reset",
    },
    led: {
      says: "It does if the server ends its side first, and reads on until the client has ended too.",
      expect: "holds",
      source: "RFC 9112, 9.6: a lingering close, as web servers do it",
    },
  },
  predict: {
    question:
      "A server has written a megabyte, all of it taken by the kernel, and closes. The client had sent something that the server never read. What does the client get?",
    choices: ["The megabyte, then end-of-file", "A part of it", "Nothing at all"],
    answer: 1,
    because:
      "The kernel takes unread input for a sign that something went wrong: it sends RST instead of FIN, and throws away what it had not delivered.",
  },
  processes: {
    async server({ text, log }) {
      let finish: () => void = () => {};
      const finished = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const server = await serve(async ({ socket }) => {
        // The question is not read: no handler asks for it.
        const answer = Buffer.alloc(ANSWER_BYTES);
        if (text("how") === "close") {
          await new Promise((resolve) => socket.write(answer, resolve));
          log.call("close", "the socket", () => socket.destroy() && "at once");
        } else {
          const byClient = log.call("shutdown", "the socket", () =>
            goodbye(socket, answer, { withinMs: 10_000 }),
          );
          if (!(await byClient)) throw new Error("the client did not end");
        }
        finish();
      });
      await finished;
      await server.close();
    },
    /** Reads only when the server has closed. */
    async client({ number, log }) {
      const port = number("port");
      const socket = await connect({ host: HERE, port });
      socket.pause();
      socket.write("a question that nobody reads");
      const open = () =>
        tcpSockets(port).some(({ localPort, state }) => localPort === port && state === "ESTABLISHED");
      while (open()) await delay(1);
      let bytes = 0;
      let end = "end-of-file";
      try {
        for await (const chunk of socket) bytes += chunk.length;
      } catch (error) {
        end = codeOf(error);
      }
      log.event("read", { bytes, result: end });
      return { bytes, end };
    },
  },
  async run({ start, claim, step, until }) {
    for (const how of ["close", "goodbye"] as const) {
      step(
        how === "close"
          ? "The server writes, and closes."
          : "The server writes, ends its side, and reads until the client ends.",
      );
      const server = start("server", { as: `server ${how}`, args: { how } });
      const port = await until(() => portOf(server), { what: "the server to listen" });
      const client = start("client", { as: `client ${how}`, args: { port } });
      const { bytes, end } = await client.result<{ bytes: number; end: string }>();
      await server.result();
      const evidence = `of ${ANSWER_BYTES} bytes ${bytes} arrived, then ${end}`;
      claim(how === "close" ? "closed" : "led", bytes === ANSWER_BYTES && end === "end-of-file", evidence);
    }
  },
});
