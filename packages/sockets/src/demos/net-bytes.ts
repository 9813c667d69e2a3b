import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { defineDemo } from "@ipc-playground/lab-kit";
import { processStat } from "@ipc-playground/libc";
import { HERE, portOf, socketLines } from "./net-telling.ts";

/** Seven characters. */
const TEXT = "Grüße €";
/** More than the kernel keeps for a connection, in bytes. */
const MUCH_BYTES = 32 * 1024 * 1024;

export default defineDemo({
  name: "net-bytes",
  title: "bytesWritten and bytesRead: what has really gone out",
  claims: {
    arrived: {
      says: "bytesWritten is what the other side has received.",
      expect: "refuted",
      source: "Node.js, socket.bytesWritten: what the program gave, the queue included",
    },
    characters: {
      says: "bytesWritten counts the characters of a text.",
      expect: "refuted",
      source: "Node.js, socket.bytesWritten: bytes; UTF-8 takes 1 to 4 for a character",
    },
    agree: {
      says: "When all is read, bytesRead at one end is bytesWritten at the other.",
      expect: "holds",
      source: "Node.js, socket.bytesRead",
    },
  },
  processes: {
    async server({ log }) {
      const server = createServer().listen(0, HERE);
      const [socket] = (await once(server, "connection")) as [Socket];
      server.close();
      socket.resume();
      await once(socket, "close");
      log.event("bytesRead", { result: `${socket.bytesRead}` });
      return socket.bytesRead;
    },
    async client({ number, log }) {
      const socket = connect(number("port"), HERE);
      await once(socket, "connect");
      await new Promise((resolve) => socket.write(TEXT, resolve));
      const text = socket.bytesWritten;
      log.event("bytesWritten", { result: `${text}`, note: `After "${TEXT}".` });
      socket.write(new Uint8Array(MUCH_BYTES));
      const { bytesWritten, writableLength } = socket;
      log.event("bytesWritten", { result: `${bytesWritten}, and ${writableLength} wait in this process` });
      socket.end().resume();
      log.event("counted");
      await once(socket, "close");
      return { text, early: bytesWritten, queued: writableLength, late: socket.bytesWritten };
    },
  },
  async run({ start, claim, step, until, log }) {
    step("The server is stopped and reads nothing. The client writes and counts.");
    const server = start("server");
    const port = await until(() => portOf(server), { what: "the server to listen" });
    server.kill("SIGSTOP");
    await until(() => processStat(server.pid)?.state === "T", { what: "the server to be stopped" });
    const client = start("client", { args: { port } });
    await client.said("counted");
    const left = socketLines(client).find(({ state }) => state !== "LISTEN")?.sendQueue;
    log.event("/proc/net/tcp", { result: `${left} bytes left the client, and wait in its kernel` });
    step("Now the server goes on.");
    server.kill("SIGCONT");
    const { text, early, queued, late } =
      await client.result<Record<"text" | "early" | "queued" | "late", number>>();
    const read = await server.result<number>();
    claim(
      "arrived",
      queued === 0,
      `bytesWritten was ${early} while the server was stopped; ${queued} were still in the client`,
    );
    claim(
      "characters",
      text === TEXT.length,
      `"${TEXT}" has ${TEXT.length} characters; bytesWritten was ${text}`,
    );
    claim("agree", read === late, `${late} written, ${read} read`);
  },
});
