import { once } from "node:events";
import { connect, createServer } from "node:net";
import { promisify } from "node:util";
import { defineDemo } from "@ipc-playground/lab-kit";
import { HERE, portOf, tell } from "./net-telling.ts";

const MOST = 2;

export default defineDemo({
  name: "net-connections",
  title: "getConnections and maxConnections: one client too many",
  claims: {
    refused: {
      says: "With maxConnections reached, the next client is refused: ECONNREFUSED.",
      expect: "refuted",
      source: "Node.js, server.maxConnections and 'drop': accepted, then closed",
    },
    counted: {
      says: "getConnections counts the clients that are there, not those that came.",
      expect: "holds",
      source: "Node.js, server.getConnections",
    },
  },
  predict: {
    question: "maxConnections is 2, and two clients are there. What does a third one see?",
    choices: [
      "ECONNREFUSED",
      "'connect', and then the end, without an error",
      "Nothing: it waits for its turn",
    ],
    answer: 1,
    because:
      "The kernel connects whoever comes. Node accepts, sees that it is one too many, and closes. The third cannot tell this from a server that had nothing to say.",
  },
  processes: {
    async server({ log }) {
      const server = createServer((socket) => socket.resume());
      server.maxConnections = MOST;
      const count = promisify(server.getConnections.bind(server));
      const events = tell(log, server, ["connection", "drop"], "server");
      server.listen(0, HERE);
      await once(server, "drop");
      const full = await count();
      log.event("getConnections", { result: `${full}` });
      server.close();
      await once(server, "close");
      const left = await count();
      log.event("getConnections", { result: `${left}` });
      return { full, left, came: events.length };
    },
    /** Stays until the last one of the clients was turned away. */
    async clients({ number, log }) {
      const sockets = [];
      for (let i = 0; i < MOST; i++) {
        const socket = connect(number("port"), HERE);
        await once(socket, "connect");
        sockets.push(socket);
        log.event("'connect'", { object: `client ${i + 1}` });
      }
      const third = connect(number("port"), HERE);
      const events = tell(log, third, ["connect", "error", "end", "close"], `client ${MOST + 1}`);
      third.resume();
      await once(third, "close");
      for (const socket of sockets) socket.end();
      return events;
    },
  },
  async run({ start, claim, step, until }) {
    step(`The server takes ${MOST} connections at a time. Three clients come, and stay.`);
    const server = start("server");
    const port = await until(() => portOf(server), { what: "the server to listen" });
    const third = await start("clients", { args: { port } }).result<string[]>();
    const { full, left, came } = await server.result<{ full: number; left: number; came: number }>();
    claim(
      "refused",
      third.includes("error"),
      `the third one saw ${third.map((name) => `'${name}'`).join(", ")}; the server emitted 'drop'`,
    );
    claim(
      "counted",
      full === MOST && left === 0,
      `${came} came; getConnections said ${full}, and ${left} when they had gone`,
    );
  },
});
