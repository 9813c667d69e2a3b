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
export async function serve(_options: Options): Promise<number> {
  const clients = new Set<Socket>();
  // What is said is short, and is to go at once.
  const server = createServer({ noDelay: true }, (socket) => {
    clients.add(socket);
    socket.once("close", () => clients.delete(socket));
    // Who breaks the connection off is gone, and that is all.
    passOn(socket, clients).catch(() => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function passOn(from: Socket, clients: ReadonlySet<Socket>): Promise<void> {
  for await (const line of createInterface(from)) {
    for (const client of clients) {
      if (client === from) continue;
      // Enough is queued: nothing more until this one has read, so that memory stays bounded.
      if (!client.write(`${line}\n`)) await once(client, "drain");
    }
  }
}
