import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** Between a client and a server: it can be cut, closed for a while, and deaf to what the server says. */
export class ProxyServer {
  /** What the server says is thrown away. */
  deaf = false;
  /** Who comes is hung up on. */
  closed = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, port: number) {
    this.#server = server;
    server.on("connection", (client) => {
      if (this.closed) client.destroy();
      else this.#join(client, connect(port, "127.0.0.1"));
    });
  }

  static async before({ port }: { readonly port: number }): Promise<ProxyServer> {
    const server = createServer({ noDelay: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const proxy = new ProxyServer(server, port);
    onTestFinished(() => {
      server.close();
      proxy.cut();
    });
    return proxy;
  }

  get address(): { host: string; port: number } {
    return { host: "127.0.0.1", port: (this.#server.address() as AddressInfo).port };
  }

  /** Cut everybody's connection; whoever comes then is let through. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #join(client: Socket, server: Socket): void {
    client.on("data", (bytes) => server.write(bytes));
    server.on("data", (bytes) => this.deaf || client.write(bytes));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(one);
      one.on("error", () => {});
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }
}
