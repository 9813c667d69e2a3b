import { once } from "node:events";
import { type JsonMessage, json, lengthPrefixed } from "@ipc-playground/framing";
import { framed } from "@ipc-playground/framing/node";
import { defineDemo } from "@ipc-playground/lab-kit";
import { tcpSockets } from "@ipc-playground/libc";
import { connect, Heartbeat, serve } from "@ipc-playground/sockets";
import { codeOf, HERE, portOf } from "./net-telling.ts";

/** Milliseconds, for a demo; a service has 30 s and 5 s. */
const INTERVAL_MS = 50;
const TIMEOUT_MS = 100;
/** Round trips before the client is stopped. */
const ANSWERED = 5;

export default defineDemo({
  name: "heartbeat",
  title: "A peer that hangs: TCP does not mind, a heartbeat does",
  claims: {
    tcp: {
      says: "TCP notices when the process at the other end does nothing any more.",
      expect: "refuted",
      source: "RFC 9293: acknowledgements are the kernel's, not the program's",
    },
    cut: {
      says: "A ping and three urgent ones without an answer are enough to know, and to hang up.",
      expect: "holds",
      source: "packages/sockets, Heartbeat",
    },
  },
  predict: {
    question: "A client is stopped (SIGSTOP), and its server sends it pings. What becomes of them?",
    choices: [
      "The kernel sends RST: nobody reads",
      "They are acknowledged, and nobody answers them",
      "They stay with the server until the client goes on",
    ],
    answer: 1,
    because:
      "The client's kernel receives and acknowledges for it, as long as there is room. The connection is in perfect health; only the program is not.",
  },
  processes: {
    async server({ log }) {
      let finish: (told: object) => void = () => {};
      const result = new Promise<object>((resolve) => {
        finish = resolve;
      });
      const server = await serve(({ socket }) => {
        const wire = framed(socket, json(lengthPrefixed()));
        const urgent: string[] = [];
        const onUrgent = (number: number) => {
          const { sendQueue, state } =
            tcpSockets(server.address.port).find((row) => row.remotePort === socket.remotePort) ?? {};
          urgent.push(`${state}, ${sendQueue} bytes unacknowledged`);
          log.event("ping", { result: `urgent ${number}`, note: `The kernel: ${urgent.at(-1)}.` });
        };
        const heartbeat = new Heartbeat(wire, { intervalMs: INTERVAL_MS, timeoutMs: TIMEOUT_MS, onUrgent });
        wire.on("data", (message: JsonMessage) => {
          if (heartbeat.take(message) && heartbeat.roundTrips.count === ANSWERED) log.event("steady");
        });
        wire.on("error", (error) => finish({ error: codeOf(error), urgent, ...heartbeat.roundTrips }));
      });
      const told = await result;
      log.event("close", { result: "PEER_SILENT" });
      await server.close({ withinMs: 0 });
      return told;
    },
    async client({ number }) {
      const wire = framed(await connect({ host: HERE, port: number("port") }), json(lengthPrefixed()));
      const heartbeat = new Heartbeat(wire);
      wire.on("data", (message: JsonMessage) => heartbeat.take(message));
      wire.on("error", () => {});
      await once(wire, "close");
    },
  },
  async run({ start, claim, step, until }) {
    step(`A ping after ${INTERVAL_MS} ms of silence. The client answers.`);
    const server = start("server");
    const port = await until(() => portOf(server), { what: "the server to listen" });
    const client = start("client", { args: { port } });
    await server.said("steady");
    step("The client is stopped. Nothing is closed, and nothing answers.");
    client.kill("SIGSTOP");
    const told = await server.result<{
      error: string;
      urgent: string[];
      count: number;
      meanMs: number;
      p99Ms: number;
    }>();
    const { error, urgent, count, meanMs, p99Ms } = told;
    const healthy = urgent.length > 0 && urgent.every((line) => line.startsWith("ESTABLISHED, 0 bytes"));
    claim("tcp", !healthy, `at each of ${urgent.length} urgent pings the kernel said: ${urgent.at(-1)}`);
    const trips = `${count} round trips before, mean ${meanMs.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`;
    claim(
      "cut",
      error === "PEER_SILENT" && urgent.length === 3,
      `${error} after ${1 + urgent.length} pings; ${trips}`,
    );
    client.kill("SIGKILL");
  },
});
