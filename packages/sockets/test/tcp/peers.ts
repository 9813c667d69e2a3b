import { once } from "node:events";
import { connect as netConnect, type Socket } from "node:net";
import { type ConnectionHandler, type ServeOptions, serve, type TcpServer } from "@ipc-playground/sockets";
import { onTestFinished, vi } from "vitest";

export const WITHIN = { timeout: 20_000, interval: 1 };

/** A server that is gone when the test is. */
export async function serving(handler: ConnectionHandler, options: ServeOptions = {}): Promise<TcpServer> {
  const server = await serve(handler, options);
  onTestFinished(async () => {
    await server.close({ withinMs: 0 });
  });
  return server;
}

/** A bare client of Node, connected, that collects what comes. Its errors are in `failure`. */
export class Peer {
  readonly socket: Socket;
  heard = "";
  failure: NodeJS.ErrnoException | undefined;
  closed = false;

  private constructor(port: number, allowHalfOpen: boolean) {
    this.socket = netConnect({ port, host: "127.0.0.1", allowHalfOpen });
    this.socket.on("error", (error) => {
      this.failure = error;
    });
    this.socket.on("close", () => {
      this.closed = true;
    });
    onTestFinished(() => {
      this.socket.destroy();
    });
  }

  static async to({ address }: TcpServer, { reads = true, allowHalfOpen = false } = {}): Promise<Peer> {
    const peer = new Peer(address.port, allowHalfOpen);
    if (reads) peer.socket.setEncoding("utf8").on("data", (text: string) => (peer.heard += text));
    await once(peer.socket, "connect");
    return peer;
  }

  send(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  async hears(part: string): Promise<void> {
    await vi
      .waitUntil(() => this.heard.includes(part), WITHIN)
      .catch(() => {
        throw new Error(`never heard ${JSON.stringify(part)}, but ${JSON.stringify(this.heard.slice(-500))}`);
      });
  }

  async isClosed(): Promise<void> {
    await vi.waitUntil(() => this.closed, WITHIN);
  }
}

export async function until(fact: () => unknown): Promise<void> {
  await vi.waitUntil(() => Boolean(fact()), WITHIN);
}
