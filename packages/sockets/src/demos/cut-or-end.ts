import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { lengthPrefixed } from "@ipc-playground/framing";
import { defineDemo } from "@ipc-playground/lab-kit";
import { processStat, tcpSockets } from "@ipc-playground/libc";
import { codeOf, HERE, portOf } from "./net-telling.ts";

/** What a length in front promises, and what comes before the cut. */
const PROMISED_BYTES = 100;
const SENT_BYTES = 40;

export default defineDemo({
  name: "cut-or-end",
  title: "'end' does not say that everything has come",
  claims: {
    told: {
      says: "A connection that was reset ends with an error; 'end' means that the peer had said all.",
      expect: "refuted",
      source:
        "Node.js, net: 'end' when the other side signals the end; libuv, uv__read: a hang-up behind a short read is an end",
    },
    framed: {
      says: "Who knows the length of what should come, knows that some of it is missing.",
      expect: "holds",
      source: "framing: FRAME_CUT; RFC 9112, 8: incomplete messages",
    },
  },
  predict: {
    question:
      "A client sends 40 of 100 bytes and resets the connection (RST). Its server, a moment late, reads. What comes?",
    choices: [
      "40 bytes, then 'error' ECONNRESET",
      "40 bytes, then 'end'",
      "'error' ECONNRESET, and no bytes",
    ],
    answer: 1,
    because:
      "libuv reads 40 bytes where there was room for 65,536, sees that the peer has hung up, and says end-of-file without asking the kernel again. The kernel would have said ECONNRESET.",
  },
  processes: {
    async server({ log }) {
      const server = createServer().listen(0, HERE);
      const [socket] = (await once(server, "connection")) as [Socket];
      server.close();
      const decoder = lengthPrefixed().decoder();
      let end = "nothing";
      socket.on("data", (chunk) => {
        log.event("'data'", { bytes: chunk.length });
        decoder.push(chunk);
      });
      socket.on("end", () => {
        end = "'end'";
      });
      socket.on("error", (error) => {
        end = `'error' ${codeOf(error)}`;
      });
      await once(socket, "close");
      log.event(end);
      let frame = "a whole frame";
      try {
        decoder.end();
        if (decoder.next() === null) frame = "no frame";
      } catch (error) {
        frame = codeOf(error);
      }
      return { end, frame };
    },
    async client({ number, log }) {
      const socket = connect(number("port"), HERE);
      const head = Buffer.alloc(4);
      head.writeUInt32BE(PROMISED_BYTES);
      await new Promise((resolve) => socket.write(Buffer.concat([head, Buffer.alloc(SENT_BYTES)]), resolve));
      log.call("close", "the socket", () => socket.resetAndDestroy() && "RST");
    },
  },
  async run({ start, claim, step, until }) {
    step(
      `The server is stopped. A client promises ${PROMISED_BYTES} bytes, sends ${SENT_BYTES}, and cuts the connection.`,
    );
    const server = start("server");
    const port = await until(() => portOf(server), { what: "the server to listen" });
    server.kill("SIGSTOP");
    await until(() => processStat(server.pid)?.state === "T", { what: "the server to be stopped" });
    await start("client", { args: { port } }).result();
    const gone = () => tcpSockets(port).every(({ state }) => state === "LISTEN" || state === "CLOSE");
    await until(gone, { what: "the connection to be reset" });
    server.kill("SIGCONT");
    const { end, frame } = await server.result<{ end: string; frame: string }>();
    claim(
      "told",
      end !== "'end'",
      `the server's socket told ${end} after ${SENT_BYTES} bytes of ${PROMISED_BYTES}`,
    );
    claim("framed", frame === "FRAME_CUT", `the decoder of its frames said ${frame}`);
  },
});
