import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { defineDemo } from "@ipc-playground/lab-kit";
import { processStat, setSocketOption } from "@ipc-playground/libc";
import { codeOf, descriptorAt, HERE, portOf, socketLines } from "./net-telling.ts";

/** How long a peer that takes nothing is borne with, in milliseconds. The kernel's own patience is 15 minutes. */
const PATIENCE_MS = 200;

export default defineDemo({
  name: "net-broken",
  title: "When a connection breaks: ECONNRESET, EPIPE, ETIMEDOUT",
  claims: {
    reset: {
      says: "A peer that resets the connection is told as ECONNRESET.",
      expect: "holds",
      source: "recv(2), tcp(7); Node.js, socket.resetAndDestroy",
    },
    first: {
      says: "The first write after the peer has closed fails.",
      expect: "refuted",
      source: "RFC 9293, 3.5.2: it draws a reset; the next write sees it",
    },
    pipe: {
      says: "The write after that fails with EPIPE.",
      expect: "holds",
      source: "send(2), write(2)",
    },
    timedOut: {
      says: "ETIMEDOUT is for connecting only.",
      expect: "refuted",
      source: "tcp(7), TCP_USER_TIMEOUT; tcp_retries2",
    },
  },
  predict: {
    question: 'A peer has closed its socket. We write "hello". What does write tell us?',
    choices: ["Nothing: it went well", "EPIPE", "ECONNRESET"],
    answer: 0,
    because:
      "The kernel only knows that the peer will send no more; it may still read. The bytes go out, a reset comes back, and the next write fails.",
  },
  processes: {
    /** "reset": answers with RST. "close": closes. "silent": takes the connection, and stops to be read. */
    async server({ text, log }) {
      const server = createServer().listen(0, HERE);
      const [socket] = (await once(server, "connection")) as [Socket];
      server.close();
      socket.on("error", () => {});
      log.event("'connection'");
      // Not earlier than the client knows that it is connected.
      await once(socket, "data");
      if (text("how") === "reset") socket.resetAndDestroy();
      if (text("how") === "close") socket.destroy();
      log.event(text("how"));
    },
    async client({ number, text, log }) {
      // Half-open: net does not end this side when the peer ends its own, so that we can go on writing.
      const socket = connect({ port: number("port"), host: HERE, allowHalfOpen: true });
      await once(socket, "connect");
      const broken = once(socket, "error").then(([error]) => codeOf(error));
      if (text("how") === "silent") {
        setSocketOption(descriptorAt(socket.localPort as number), "TCP_USER_TIMEOUT", PATIENCE_MS);
        // More than all buffers hold.
        socket.write(new Uint8Array(32 * 1024 * 1024));
      } else socket.write("hello");
      socket.resume();
      const told: string[] = [];
      if (text("how") === "close") {
        await once(socket, "end");
        for (const nth of ["first", "second"]) {
          const failed = await new Promise((resolve) => socket.write("hello", resolve));
          told.push(failed ? codeOf(failed) : "went well");
          log.event(`${nth} write`, { result: told.at(-1) as string });
          // The reset is there when the kernel has forgotten the connection.
          while (nth === "first" && stillOpen(socket.localPort)) await new Promise(setImmediate);
        }
      }
      const [code] = await Promise.all([errorOf(socket, broken), ended(socket)]);
      log.event("'error'", { result: code });
      return { code, told };
    },
  },
  async run({ start, claim, step, until }) {
    const play = async (how: "reset" | "close" | "silent") => {
      const server = start("server", { as: `server, ${how}`, args: { how } });
      const port = await until(() => portOf(server), { what: "the server to listen" });
      if (how === "silent") {
        server.kill("SIGSTOP");
        await until(() => processStat(server.pid)?.state === "T", { what: "the server to be stopped" });
      }
      const client = start("client", { as: `client, ${how}`, args: { port, how } });
      const result = await client.result<{ code: string; told: string[] }>();
      server.kill("SIGKILL");
      return result;
    };
    step("A peer resets.");
    const reset = await play("reset");
    claim("reset", reset.code === "ECONNRESET", `'error' with ${reset.code}`);
    step("A peer closes, and we write on.");
    const { told } = await play("close");
    claim("first", told[0] !== "went well", `the first write ${told[0]}`);
    claim("pipe", told[1] === "EPIPE", `the second write: ${told[1]}`);
    step(`A peer takes nothing any more, and our patience is ${PATIENCE_MS} ms (TCP_USER_TIMEOUT).`);
    const silent = await play("silent");
    claim("timedOut", silent.code !== "ETIMEDOUT", `long after connecting: 'error' with ${silent.code}`);
  },
});

function errorOf(socket: Socket, broken: Promise<string>): Promise<string> | string {
  return socket.errored ? codeOf(socket.errored) : broken;
}

async function ended(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
}

function stillOpen(port: number | undefined): boolean {
  return socketLines(process).some(({ localPort, state }) => localPort === port && state !== "CLOSE");
}
