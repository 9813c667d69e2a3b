import { once } from "node:events";
import { connect, createServer } from "node:net";
import { defineDemo } from "@ipc-playground/lab-kit";
import { HERE, portOf, tell } from "./net-telling.ts";

/** All events of a socket that are not about time: see the demo net-timeout. */
const SOCKET_EVENTS = ["lookup", "connect", "ready", "data", "drain", "finish", "end", "error", "close"];
const SERVER_EVENTS = ["listening", "connection", "drop", "error", "close"];

export default defineDemo({
  name: "net-life",
  title: "Every event in the life of a client and of a server",
  claims: {
    order: {
      says: "A client's life is lookup, connect, ready, data, end, close, in this order.",
      expect: "holds",
      source: "Node.js, net.Socket: events",
    },
    end: {
      says: "'end' says that the connection is over.",
      expect: "refuted",
      source: "Node.js, 'end': the other side sends no more. 'close': it is over",
    },
    last: {
      says: "A server's 'close' comes after the 'close' of its last connection.",
      expect: "refuted",
      source: "Node.js, lib/net.js: a connection stops counting when it is destroyed, and tells later",
    },
  },
  predict: {
    question: "A socket has emitted 'end'. May the program still write to it?",
    choices: ["No, the connection is over", "Yes, if it is half-open", "Only what was queued before"],
    answer: 1,
    because: "'end' is about one direction: the other side will send no more. 'close' is the end of both.",
  },
  processes: {
    /** Echoes once, waits for the client's end, and ends in turn. */
    async server({ log }) {
      const server = createServer({ allowHalfOpen: true });
      tell(log, server, SERVER_EVENTS, "server");
      server.listen(0, HERE);
      const [socket] = await once(server, "connection");
      server.close();
      const heard = tell(log, socket, SOCKET_EVENTS, "its socket");
      socket.once("data", (data: Buffer) => socket.write(data));
      await once(socket, "end");
      // Whether the server's 'close' comes before that of its connection.
      let early = false;
      server.once("close", () => {
        early = !heard.includes("close");
      });
      const open = socket.readyState === "writeOnly";
      const arrived = await new Promise((resolve) =>
        socket.write("bye", (failed: unknown) => resolve(!failed)),
      );
      socket.end();
      await Promise.all([once(server, "close"), once(socket, "close")]);
      return { open: open && arrived === true, early };
    },
    async client({ number, log }) {
      // By name, so that there is something to look up.
      const socket = connect({ port: number("port"), host: "localhost", family: 4 });
      const seen = tell(log, socket, SOCKET_EVENTS, "client");
      socket.write("hello");
      await once(socket, "data");
      socket.end();
      await once(socket, "close");
      return seen;
    },
  },
  async run({ start, claim, step, until }) {
    step("From the first event to the last: hello, an echo, an end from each side.");
    const server = start("server");
    const port = await until(() => portOf(server), { what: "the server to listen" });
    const client = start("client", { args: { port } });
    const seen = await client.result<string[]>();
    const result = await server.result<{ open: boolean; early: boolean }>();
    const due = ["lookup", "connect", "ready", "data", "end", "close"];
    const life = seen.filter((event, i) => due.includes(event) && seen.indexOf(event) === i);
    claim("order", life.join() === due.join(), seen.join(", "));
    claim("end", !result.open, `after 'end' the server wrote on, and it went well`);
    const ends = ["the server's 'close'", "its socket's"];
    claim("last", !result.early, (result.early ? ends : ends.reverse()).join(", then "));
  },
});
