import { once } from "node:events";
import { connect, createServer, Server, type Socket } from "node:net";
import { defineDemo } from "@ipc-playground/lab-kit";
import { codeOf, HERE, portOf } from "./net-telling.ts";

export default defineDemo({
  name: "net-close",
  title: "server.close(), and the clients that are still there",
  claims: {
    cuts: {
      says: "server.close cuts the clients off.",
      expect: "refuted",
      source: "Node.js, server.close: no new connections; those that exist stay",
    },
    newcomer: {
      says: "After server.close nobody else gets in.",
      expect: "holds",
      source: "Node.js, server.close; close(2) of the listening socket",
    },
    all: {
      says: "server.closeAllConnections() ends those that are left.",
      expect: "refuted",
      source: "Node.js: a method of http.Server, and not of net.Server",
    },
  },
  predict: {
    question: "A client is connected and silent. The server calls close(). When does the callback run?",
    choices: ["At once", "When the client has gone", "After a timeout of some seconds"],
    answer: 1,
    because:
      "close() closes the listening socket only. 'close' comes when the last connection has ended, and a silent client can make it wait for ever.",
  },
  processes: {
    /** Closes when the first client speaks; echoes on; cuts off who is left when asked to. */
    async server({ log }) {
      const clients = new Set<Socket>();
      const server = createServer((socket) => {
        clients.add(socket.on("close", () => clients.delete(socket)));
        socket.on("error", () => {});
        socket.on("data", (data) => {
          log.event("'data'", { result: `"${data}"` });
          // Before the answer: who has heard it finds the port closed.
          if (`${data}` === "close") server.close();
          socket.write(data);
          if (`${data}` !== "cut") return;
          log.event("destroy", { result: `${clients.size} of the server's own set` });
          for (const client of clients) client.destroy();
        });
      }).listen(0, HERE);
      await once(server, "close");
      log.event("'close'", { object: "server" });
    },
    async client({ number, log }) {
      const socket = connect(number("port"), HERE);
      socket.on("error", () => {});
      const ask = async (words: string) => {
        socket.write(words);
        const [answer] = await Promise.race([once(socket, "data"), once(socket, "close")]);
        log.event("asked", { result: `"${words}": ${answer instanceof Uint8Array ? "echoed" : "cut off"}` });
        return `${answer}`;
      };
      await ask("close");
      const newcomer = connect(number("port"), HERE);
      const refused = await once(newcomer, "connect").then(() => "connected", codeOf);
      log.event("a newcomer", { result: refused });
      const still = await ask("still here?");
      socket.write("cut");
      await once(socket, "close");
      log.event("'close'", { object: "client" });
      return { still, refused };
    },
  },
  async run({ start, claim, step, until }) {
    step("A client asks the server to close(), then tries on; then the server cuts it off by itself.");
    const server = start("server");
    const port = await until(() => portOf(server), { what: "the server to listen" });
    const { still, refused } = await start("client", { args: { port } }).result<{
      still: string;
      refused: string;
    }>();
    await server.result();
    claim("cuts", still !== "still here?", `after close() the server still answered "${still}"`);
    claim("newcomer", refused !== "connected", `a newcomer got ${refused}`);
    const method = typeof Reflect.get(Server.prototype, "closeAllConnections");
    claim("all", method === "function", `it is ${method}; a set of sockets and destroy() ended the client`);
  },
});
