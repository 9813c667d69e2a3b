import { createServer, type Socket } from "node:net";
import type { IpcError } from "@ipc-playground/contract";
import { addressText } from "./address.ts";
import type { Connection } from "./connection.ts";
import { DEFAULT_BACKLOG } from "./limits.ts";
import { TcpServer } from "./tcp-server.ts";
import { inPlainWords } from "./words.ts";

export interface ServeOptions {
  /** Default: 0, the kernel finds a free one; `address` of the server says which. */
  port?: number;
  /** Default: 127.0.0.1, for this machine alone. `0.0.0.0`: every address that it has. */
  host?: string;
  /** Connections that may wait to be accepted. The kernel caps it at net.core.somaxconn. Default: 511. listen(2) */
  backlog?: number;
  /** Who comes when there are so many is refused. Default: 10,000. */
  maxConnections?: number;
  /** Milliseconds without a byte either way, after which a connection is ended. Default: 0, never. */
  idleMs?: number;
  /** Bytes that may wait for one slow reader, see {@link Connection.send}. Default: 1 MiB. */
  maxQueuedBytes?: number;
  /**
   * Bytes that a connection queues, either way, before it wants a pause: `write` says `false` then. Default:
   * Node's own, which is 16 KiB in version 20 and 64 KiB later.
   */
  highWaterMark?: number;
  /** Whether the server may still write when the client has ended its side. Default: no. */
  allowHalfOpen?: boolean;
  /** Write a last message, in the server's own protocol. The server ends the connection itself. */
  farewell?: (socket: Socket, why: IpcError) => void;
}

/** Called for every connection. What it throws, or rejects with, ends that connection and nothing else. */
export type ConnectionHandler = (connection: Connection, server: TcpServer) => unknown;

/**
 * Listen for TCP connections. No peer, whatever it sends, ends the server; used up descriptors do not
 * either: who comes then is refused, and the server goes on when some are free again.
 *
 * @throws {IpcError} ADDRESS_IN_USE, NO_PERMISSION, BAD_ADDRESS, NAME_NOT_FOUND, TOO_MANY_DESCRIPTORS
 */
export async function serve(handler: ConnectionHandler, options: ServeOptions = {}): Promise<TcpServer> {
  const { port = 0, host = "127.0.0.1", backlog = DEFAULT_BACKLOG, allowHalfOpen = false } = options;
  const { highWaterMark } = options;
  // Messages are not held back to be sent together: Node's default is Nagle's algorithm.
  const server = createServer({
    allowHalfOpen,
    noDelay: true,
    ...(highWaterMark !== undefined && { highWaterMark }),
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port, host, backlog }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (cause) {
    throw inPlainWords(cause, "listen", addressText({ host, port }));
  }
  return new TcpServer(server, handler, options);
}
