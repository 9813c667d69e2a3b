import { once } from "node:events";
import { defineDemo } from "@ipc-playground/lab-kit";
import { tcpSockets } from "@ipc-playground/libc";
import { ReconnectingClient, serve } from "@ipc-playground/sockets";
import { HERE, portOf } from "./net-telling.ts";

const CLIENTS = 50;
/** Milliseconds: the first delay is at most this. */
const BASE_MS = 400;
/** Clients that come back within so many milliseconds of one another come together. */
const TOGETHER_MS = BASE_MS / 10;

export default defineDemo({
  name: "reconnect",
  title: "The server is back: who comes when",
  claims: {
    minute: {
      says: "A server that was stopped must wait for TIME_WAIT, a minute, before it can have its port again.",
      expect: "refuted",
      source: "socket(7), SO_REUSEADDR: libuv sets it for every TCP server",
    },
    herd: {
      says: "Clients that lost one server at one moment come back at one moment.",
      expect: "refuted",
      source: "AWS Architecture Blog, Exponential Backoff And Jitter: full jitter spreads them",
    },
  },
  predict: {
    question: `${CLIENTS} clients lose their server. Each waits before it tries again. What should the wait be?`,
    choices: ["Half a second", "Twice as long each time", "A random part of a time that doubles"],
    answer: 2,
    because:
      "With equal waits, doubled or not, all of them knock in the same millisecond, again and again. Chance spreads them.",
  },
  processes: {
    /** Serves until all clients are there, hangs up on all of them, and says what states are left at its port. */
    async server({ number, log }) {
      const server = await log.call("listen", HERE, () =>
        serve(({ socket }) => socket.resume(), { port: number("port") }),
      );
      while (server.connections.length < CLIENTS) await once(server, "opened");
      log.event("all here", { result: `${CLIENTS} connections` });
      await server.close();
      const { port } = server.address;
      return {
        port,
        timeWait: tcpSockets(port).filter(
          ({ localPort, state }) => localPort === port && state === "TIME_WAIT",
        ).length,
      };
    },
    /** All clients in one process. Returns the first delay of each. */
    async clients({ number, log }) {
      const delays: number[] = [];
      let back = 0;
      const clients = Array.from(
        { length: CLIENTS },
        () => new ReconnectingClient({ host: HERE, port: number("port"), baseMs: BASE_MS, capMs: BASE_MS }),
      );
      await Promise.all(
        clients.map(async (client, i) => {
          client.on("waiting", (delayMs) => {
            delays[i] ??= delayMs;
          });
          await once(client, "lost");
          const [socket] = await once(client, "connected");
          back++;
          socket.resume();
          await once(socket, "close");
          client.close();
        }),
      );
      log.event("back", { result: `${back} clients` });
      return delays;
    },
  },
  async run({ start, claim, step, until }) {
    step(`${CLIENTS} clients; then the server closes all connections, and goes.`);
    const first = start("server", { as: "first server", args: { port: 0 } });
    const port = await until(() => portOf(first), { what: "the server to listen" });
    const clients = start("clients", { args: { port } });
    const { timeWait } = await first.result<{ timeWait: number }>();
    step(`${timeWait} of its connections are in TIME_WAIT. Another server takes the port.`);
    const began = performance.now();
    const second = start("server", { as: "second server", args: { port } });
    await until(() => portOf(second) === port, { what: "the second server to listen" });
    const waitedMs = Math.round(performance.now() - began);
    await second.result();
    const delays = await clients.result<number[]>();
    claim(
      "minute",
      waitedMs > 30_000,
      `it listened again ${waitedMs} ms after its start, beside ${timeWait} connections in TIME_WAIT`,
    );
    const together = Math.max(
      ...delays.map((at) => delays.filter((other) => other >= at && other < at + TOGETHER_MS).length),
    );
    claim(
      "herd",
      together > CLIENTS / 2,
      `the first waits were ${Math.min(...delays)} to ${Math.max(...delays)} ms; at most ${together} of ${CLIENTS} clients within ${TOGETHER_MS} ms`,
    );
  },
});
