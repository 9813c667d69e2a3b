import { once } from "node:events";
import { connect, createServer } from "node:net";
import { defineDemo } from "@ipc-playground/lab-kit";
import { HERE, portOf } from "./net-telling.ts";

export default defineDemo({
  name: "net-ref",
  title: "ref and unref: does a server keep its process alive?",
  claims: {
    alive: {
      says: "A listening server keeps its process alive.",
      expect: "holds",
      source: "Node.js, server.ref",
    },
    deaf: {
      says: "A server after unref() takes no connections.",
      expect: "refuted",
      source: "Node.js, server.unref: it only stops counting",
    },
    exits: {
      says: "A process whose only server is unref'd ends by itself, though nobody closed it.",
      expect: "holds",
      source: "Node.js, server.unref; uv_unref",
    },
  },
  predict: {
    question: "A program listens, calls server.unref(), and has nothing else to do. What happens?",
    choices: ["It serves on", "It ends, with status 0", "It ends with an error: the server was not closed"],
    answer: 1,
    because:
      "Node runs as long as something counts. An unref'd server does not; its listening socket goes with the process.",
  },
  processes: {
    async server({ text, log }) {
      const server = createServer((socket) => {
        log.event("'connection'");
        socket.end("hello");
        // The connection has gone, and nothing counts any more.
        socket.resume();
      }).listen(0, HERE);
      await once(server, "listening");
      if (text("with") === "ref") return;
      server.unref();
      log.event("unref");
      // A timer that counts: as long as it is there, the process is.
      const held = setInterval(() => {}, 1_000);
      await once(server, "connection");
      clearInterval(held);
      log.event("clearInterval", { note: "From here on only the unref'd server is left." });
    },
    async client({ number, log }) {
      const socket = connect(number("port"), HERE);
      const [greeting] = await once(socket, "data");
      log.event("'data'", { result: `"${greeting}"` });
      return `${greeting}`;
    },
  },
  async run({ start, claim, step, until }) {
    step("A server whose body is over: only the listening socket is left.");
    const counted = start("server", { as: "ref", args: { with: "ref" } });
    const itsPort = await until(() => portOf(counted), { what: "the server to listen" });
    const greeted = await start("client", { args: { port: itsPort } }).result<string>();
    await until(() => !counted.running || /epoll/.test(counted.whereabouts()), { what: "the server's loop" });
    claim("alive", counted.running, `served "${greeted}", and is ${counted.whereabouts()}`);
    counted.kill("SIGKILL");
    await counted.exited();

    step("The same with unref(), and a timer that keeps the process for one client.");
    const free = start("server", { as: "unref", args: { with: "unref" } });
    await free.said("unref");
    const port = await until(() => portOf(free), { what: "the server to listen" });
    const greeting = await start("client", { as: "second client", args: { port } }).result<string>();
    claim("deaf", greeting !== "hello", `a client connected after unref() and got "${greeting}"`);
    const { code } = await free.exited();
    claim("exits", code === 0, `it ended with status ${code}, and nobody had called close()`);
  },
});
