import { once } from "node:events";
import { connect, createServer } from "node:net";
import { defineDemo } from "@ipc-playground/lab-kit";
import { listenQueue, processStat, tcpSockets } from "@ipc-playground/libc";
import { readSocketLimit, SOCKET_LIMITS } from "@ipc-playground/sockets";
import { descriptorAt, HERE, portOf } from "./net-telling.ts";

const MUCH = 1_000_000;
const CLIENTS = 3;

export default defineDemo({
  name: "net-backlog",
  title: "The backlog: who waits between connecting and being accepted",
  claims: {
    default511: {
      says: "The default backlog is 511.",
      expect: "holds",
      source: "Node.js, server.listen; listen(2): where somaxconn is not less",
    },
    asked: {
      says: "A server gets the backlog that it asks for.",
      expect: "refuted",
      source: "listen(2): silently capped at /proc/sys/net/core/somaxconn",
    },
    accepted: {
      says: "When a client is connected, the server has accepted it.",
      expect: "refuted",
      source: "listen(2), accept(2): the kernel connects, the program accepts later",
    },
  },
  predict: {
    question: "A server's process is stopped (SIGSTOP). Three clients connect to it. What becomes of them?",
    choices: ["'connect', as always", "They wait until it runs again", "ECONNREFUSED"],
    answer: 0,
    because:
      "The kernel answers for every listening socket, whatever its process does. Who is connected waits in the queue until the program accepts.",
  },
  processes: {
    /** Listens with a backlog (0: says nothing about it), tells what it got, and takes so many connections. */
    async server({ number, log }) {
      const backlog = number("backlog");
      const server = createServer().listen({ port: 0, host: HERE, ...(backlog > 0 && { backlog }) });
      let came = 0;
      const all = new Promise<void>((resolve) => {
        server.on("connection", (socket) => {
          log.event("'connection'");
          socket.resume();
          if (++came === CLIENTS) resolve();
        });
      });
      await once(server, "listening");
      const { port } = server.address() as { port: number };
      const queue = listenQueue(descriptorAt(port));
      const got = typeof queue === "number" ? -1 : queue.backlog;
      const asked = backlog > 0 ? `backlog ${backlog}` : "no backlog";
      log.event("listen", { object: asked, result: `the kernel says ${got}` });
      if (number("clients") > 0) await all;
      server.close();
      return got;
    },
    async clients({ number, log }) {
      const sockets = Array.from({ length: CLIENTS }, () => connect(number("port"), HERE));
      const all = sockets.map((socket) => once(socket, "connect").then(() => log.event("'connect'")));
      await Promise.all(all);
      log.event("connected");
      for (const socket of sockets) socket.end().resume();
    },
  },
  async run({ start, claim, unavailable, step, until, log }) {
    const limit = readSocketLimit(SOCKET_LIMITS.backlog) ?? 0;
    step(`Two servers, one silent about its backlog, one greedy. somaxconn is ${limit} here.`);
    const silent = await start("server", { as: "silent", args: { backlog: 0, clients: 0 } }).result<number>();
    const greedy = await start("server", {
      as: "greedy",
      args: { backlog: MUCH, clients: 0 },
    }).result<number>();
    if (limit < 511) unavailable("default511", `${SOCKET_LIMITS.backlog.file} is ${limit} here, and caps it`);
    else
      claim(
        "default511",
        silent === 511,
        `the queue has room for ${silent} (TCP_INFO); somaxconn is ${limit}`,
      );
    claim("asked", greedy === MUCH, `asked for ${MUCH}, got ${greedy}: somaxconn`);

    step("A third is stopped as soon as it listens. Clients come.");
    const server = start("server", { args: { backlog: 8, clients: CLIENTS } });
    await server.said("listen");
    const port = await until(() => portOf(server), { what: "the server to listen" });
    server.kill("SIGSTOP");
    await until(() => processStat(server.pid)?.state === "T", { what: "the server to be stopped" });
    const clients = start("clients", { args: { port } });
    await clients.said("connected");
    const waiting = tcpSockets(port).find(({ state }) => state === "LISTEN")?.receiveQueue ?? 0;
    log.event("/proc/net/tcp", {
      result: `LISTEN, receive queue ${waiting}`,
      note: "Connections, not bytes.",
    });
    claim(
      "accepted",
      waiting === 0,
      `${CLIENTS} clients got 'connect', and ${waiting} of them wait in the queue`,
    );
    server.kill("SIGCONT");
    await Promise.all([server.result(), clients.result()]);
  },
});
