import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { defineDemo } from "@ipc-playground/lab-kit";
import { processStat, tcpSockets } from "@ipc-playground/libc";
import { HERE, portOf } from "./net-telling.ts";

const SHORT = ["one ", "two ", "three "];
const LONG_BYTES = 300_000;

export default defineDemo({
  name: "net-messages",
  title: "Is one 'data' event one message?",
  claims: {
    message: {
      says: "One data event is one message.",
      expect: "refuted",
      source: "Node.js, net and stream: 'data' is a chunk; RFC 9293: a stream of bytes",
    },
    finish: {
      says: "'finish' says that the other side has read everything.",
      expect: "refuted",
      source: "Node.js, stream 'finish': all was handed to the kernel",
    },
    order: {
      says: "Whatever the cuts, the bytes come in order, none lost and none twice.",
      expect: "holds",
      source: "RFC 9293, section 2",
    },
  },
  predict: {
    question:
      "A client writes three short texts, then one of 300,000 bytes. How many 'data' events does the server get?",
    choices: ["Four", "One", "As many as it happens to read: that depends on the moment"],
    answer: 2,
    because:
      "The kernel keeps bytes, not writes. What is there when the server reads comes in one event, and Node reads 64 KiB at most.",
  },
  processes: {
    /** Two connections, one after the other. Returns the lengths of the chunks of each, and whether they make up the text. */
    async server({ log }) {
      const server = createServer().listen(0, HERE);
      const got: { chunks: number[]; intact: boolean }[] = [];
      for (const sent of [Buffer.from(SHORT.join("")), longText()]) {
        const [socket] = (await once(server, "connection")) as [Socket];
        const chunks: Buffer[] = [];
        for await (const chunk of socket) {
          chunks.push(chunk);
          log.event("'data'", { bytes: chunk.length });
        }
        got.push({ chunks: chunks.map(({ length }) => length), intact: Buffer.concat(chunks).equals(sent) });
      }
      server.close();
      return got;
    },
    async client({ number, text, log }) {
      const socket = connect(number("port"), HERE);
      await once(socket, "connect");
      const messages = text("what") === "short" ? SHORT.map((word) => Buffer.from(word)) : [longText()];
      for (const message of messages) {
        log.event("write", { bytes: message.length });
        socket.write(message);
      }
      socket.end();
      await once(socket, "finish");
      log.event("'finish'");
      socket.resume();
      await once(socket, "close");
    },
  },
  async run({ start, claim, step, until, log }) {
    step("The server is stopped (SIGSTOP) while a client writes three words. Then it looks.");
    const server = start("server");
    const port = await until(() => portOf(server), { what: "the server to listen" });
    server.kill("SIGSTOP");
    await until(() => processStat(server.pid)?.state === "T", { what: "the server to be stopped" });
    const first = start("client", { args: { port, what: "short" } });
    await first.said("'finish'");
    const unread = tcpSockets(port).find(({ localPort, state }) => localPort === port && state !== "LISTEN");
    const bytes = unread?.receiveQueue ?? 0;
    log.event("/proc/net/tcp", { result: `${bytes} bytes wait for the server` });
    claim("finish", bytes === 0, `'finish' came while the server was stopped, with ${bytes} bytes unread`);
    server.kill("SIGCONT");
    await first.result();
    step(`One write of ${LONG_BYTES} bytes.`);
    await start("client", { as: "second client", args: { port, what: "long" } }).result();
    const [short, long] = await server.result<{ chunks: number[]; intact: boolean }[]>();
    const [few, many] = [short?.chunks.length, long?.chunks.length];
    claim(
      "message",
      few === SHORT.length && many === 1,
      `3 writes came in ${few} event(s), 1 write of ${LONG_BYTES} bytes in ${many}`,
    );
    claim(
      "order",
      (short?.intact && long?.intact) === true,
      `both texts came byte by byte as they were sent`,
    );
  },
});

/** Bytes that do not repeat every few: a chunk in the wrong place would be seen. */
function longText(): Buffer {
  const text = Buffer.alloc(LONG_BYTES);
  for (let i = 0; i < LONG_BYTES; i += 4) text.writeUInt32LE(i, i);
  return text;
}
