import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { inPlainWords } from "@ipc-playground/sockets";
import { Counter, collectDefaultMetrics, Gauge, type Registry } from "prom-client";
import type { ChatServer } from "./chat-server.ts";
import type { Counters } from "./counters.ts";

/** Where a scraper looks. It is on loopback alone: figures tell a lot about a server. */
const HOST = "127.0.0.1";

type PlainCount = Exclude<keyof Counters, "endings" | "queueHighWater">;

const COUNTS: Readonly<Record<PlainCount, string>> = {
  connections: "Connections that were taken in",
  messagesIn: "Messages said in rooms and whispered",
  messagesOut: "Deliveries: one message to ten people is ten",
  bytesIn: "Bytes received",
  bytesOut: "Bytes sent on connections that are over",
  floods: "Times that a session had to wait for its turn",
  stalls: "Times that a listener was behind in reading",
};

/** Have the registry tell of a server: its plain counters are read when somebody asks. */
export function registerServer(registry: Registry, server: ChatServer): void {
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  for (const [name, help] of Object.entries(COUNTS) as [PlainCount, string][]) {
    new Counter({
      name: `chat_${snake(name)}_total`,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(server.counters[name]);
      },
    });
  }
  new Counter({
    name: "chat_endings_total",
    help: "Sessions that ended, by reason",
    labelNames: ["reason"],
    registers,
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(server.counters.endings)) this.inc({ reason }, count);
    },
  });
  gauge("chat_sessions", "Connections now", () => server.sessionCount);
  gauge("chat_people", "People online now", () => server.online);
  gauge("chat_rooms", "Rooms now", () => server.roomCount);
  gauge(
    "chat_queue_high_water_bytes",
    "The most that ever waited for one listener",
    () => server.counters.queueHighWater,
  );

  function gauge(name: string, help: string, value: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  }
}

/**
 * Serve the figures in the Prometheus text format at `http://127.0.0.1:PORT/metrics`.
 *
 * @throws {IpcError} ADDRESS_IN_USE, NO_PERMISSION
 */
export async function serveMetrics(
  server: ChatServer,
  port: number,
): Promise<{ port: number; close: () => void }> {
  const { registry } = server.histograms;
  registerServer(registry, server);
  const http: Server = createServer(async (request, response) => {
    if (request.method !== "GET" || request.url !== "/metrics") {
      response.writeHead(404).end("the figures are at /metrics\n");
      return;
    }
    response.setHeader("content-type", registry.contentType).end(await registry.metrics());
  });
  try {
    await new Promise<void>((resolve, reject) => {
      http.once("error", reject).listen(port, HOST, resolve);
    });
  } catch (cause) {
    throw inPlainWords(cause, "listen", `${HOST}:${port}`);
  }
  // It serves whoever runs the chat; it does not keep the chat running.
  http.unref();
  return { port: (http.address() as AddressInfo).port, close: () => http.close() };
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
