import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";

export interface Options {
  /** So many bytes may wait for one client. */
  limitBytes: number;
}

/**
 * Listen on a free port of 127.0.0.1, and resolve with it. Each line that one client sends goes to all the
 * others.
 */
export async function serve({ limitBytes }: Options): Promise<number> {
  const clients = new Set<Socket>();
  // What is said is short, and is to go at once.
  const server = createServer({ noDelay: true }, (socket) => {
    clients.add(socket);
    socket.once("close", () => clients.delete(socket));
    const lines = createInterface(socket);
    // It passes on what breaks the socket, whose "close" follows.
    lines.on("error", () => {});
    lines.on("line", (line) => {
      // The same bytes for all of them, however many there are.
      const bytes = Buffer.from(`${line}\n`);
      for (const client of clients) if (client !== socket) tell(client, bytes, limitBytes);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Heeds what write() says, and keeps the rest in a list of its own: there nobody looks. */
function tell(client: Socket, bytes: Uint8Array, limitBytes: number): void {
  const waiting = queues.get(client);
  if (waiting !== undefined) {
    waiting.push(bytes);
    if (client.writableLength > limitBytes) client.destroy();
  } else if (!client.write(bytes)) {
    queues.set(client, []);
    client.once("drain", () => {
      const rest = queues.get(client) ?? [];
      queues.delete(client);
      for (const each of rest) tell(client, each, limitBytes);
    });
  }
}

const queues = new Map<Socket, Uint8Array[]>();
