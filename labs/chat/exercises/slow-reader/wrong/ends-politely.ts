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

/** end() comes behind what is queued: a client that reads nothing never gets there. */
function tell(client: Socket, bytes: Uint8Array, limitBytes: number): void {
  if (!client.writable) return;
  client.write(bytes);
  if (client.writableLength > limitBytes) client.end();
}
