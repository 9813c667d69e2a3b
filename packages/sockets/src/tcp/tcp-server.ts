import { EventEmitter } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import { IpcError } from "@ipc-playground/contract";
import { type Address, addressText } from "./address.ts";
import { Connection, type ConnectionInfo } from "./connection.ts";
import { canOpen } from "./descriptors.ts";
import { goodbye } from "./goodbye.ts";
import {
  DEFAULT_FLUSH_MS,
  DEFAULT_MAX_CONNECTIONS,
  DEFAULT_MAX_QUEUED_BYTES,
  DESCRIPTOR_LOOK_MS,
  DESCRIPTOR_RESERVE,
} from "./limits.ts";
import type { ConnectionHandler, ServeOptions } from "./serve.ts";
import { inPlainWords } from "./words.ts";

interface ServerEvents {
  opened: [connection: Connection];
  /** Without an error, both sides ended it as they should. */
  closed: [connection: Connection, error: IpcError | undefined];
  /** Somebody was turned away: SERVER_FULL, TOO_MANY_DESCRIPTORS. */
  refused: [why: IpcError, peer: string];
  /** No descriptors are left. Told once, until they have `recovered`. */
  exhausted: [why: IpcError];
  recovered: [];
}

/** What became of the connections of a server that was closed. */
export interface Closed {
  /** They took what was queued for them, and ended. */
  ended: number;
  /** They did not in time. */
  cut: number;
}

/** A listening server, see {@link serve}. Its events tell what happens; nobody has to listen to them. */
export class TcpServer extends EventEmitter<ServerEvents> implements AsyncDisposable {
  /** Where it listens: the port that the kernel found, where 0 was asked for. */
  readonly address: Readonly<Address>;
  /** Connections that it ever accepted, and those that it refused. */
  accepted = 0;
  refused = 0;
  readonly #server: Server;
  readonly #handler: ConnectionHandler;
  readonly #options: ServeOptions;
  readonly #connections = new Set<Connection>();
  #waitingForDescriptors: NodeJS.Timeout | undefined;
  #closing: Promise<Closed> | undefined;
  #cut = 0;

  /** @internal {@link serve} makes these. */
  constructor(server: Server, handler: ConnectionHandler, options: ServeOptions) {
    super();
    this.#server = server;
    this.#handler = handler;
    this.#options = options;
    const { address: host, port } = server.address() as AddressInfo;
    this.address = { host, port };
    server.on("connection", (socket) => this.#accept(socket));
    // What accept(2) says. libuv keeps most of it to itself; the server goes on in any case.
    server.on("error", (error) => this.#exhausted(inPlainWords(error, "listen", addressText(this.address))));
  }

  /** The connections, the oldest first. */
  get connections(): readonly Connection[] {
    return [...this.#connections];
  }

  /** What is known of each connection, the oldest first. */
  list(): ConnectionInfo[] {
    return this.connections.map((connection) => connection.info());
  }

  /**
   * Accept nobody any more, send everyone the farewell, let what is queued flow out, and cut who has
   * not ended in `withinMs` milliseconds (default: 10 s; 0: at once). A second call can only hurry.
   */
  close({ withinMs = DEFAULT_FLUSH_MS }: { withinMs?: number } = {}): Promise<Closed> {
    // Known to be closing before it is: the farewells ask.
    this.#closing ??= Promise.resolve().then(() => this.#close());
    const cutter = setTimeout(() => this.#cutAll(), withinMs);
    void this.#closing.then(() => clearTimeout(cutter));
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close({ withinMs: 0 });
  }

  async #close(): Promise<Closed> {
    const before = this.#connections.size;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    const why = new IpcError("CONNECTION_LOST", "the server is closing", "connect again later");
    for (const connection of this.#connections) this.#end(connection, why);
    await closed;
    clearInterval(this.#waitingForDescriptors);
    return { ended: before - this.#cut, cut: this.#cut };
  }

  #cutAll(): void {
    for (const { socket } of this.#connections) {
      this.#cut++;
      socket.destroy();
    }
  }

  #accept(socket: Socket): void {
    let failure: unknown;
    // Without a listener, a peer that is killed would end this process.
    socket.on("error", (error) => {
      failure ??= error;
    });
    const refusal = this.#refusal();
    if (refusal !== undefined) {
      this.#turnAway(socket, refusal);
      return;
    }
    const { maxQueuedBytes = DEFAULT_MAX_QUEUED_BYTES, idleMs = 0 } = this.#options;
    const connection = new Connection(++this.accepted, socket, maxQueuedBytes);
    this.#connections.add(connection);
    // Not once(), for what happens once anyway: its wrapper is 170 bytes, and there are thousands of connections.
    socket.on("close", () => {
      this.#connections.delete(connection);
      this.emit(
        "closed",
        connection,
        failure === undefined ? undefined : inPlainWords(failure, "connection", connection.peer),
      );
    });
    if (idleMs > 0) socket.setTimeout(idleMs, () => this.#end(connection, silent(connection, idleMs)));
    this.emit("opened", connection);
    this.#handle(connection).catch((error) => {
      // It may have closed the socket itself, and without an error.
      failure ??= error;
      socket.destroy(error);
    });
  }

  async #handle(connection: Connection): Promise<void> {
    await this.#handler(connection, this);
  }

  #end({ stream }: Connection, why: IpcError): void {
    if (stream.writable) this.#options.farewell?.(stream, why);
    // A server that closes has a deadline for all of them, and its handlers go on until then.
    if (this.#closing === undefined) void goodbye(stream);
    else stream.end();
  }

  #refusal(): IpcError | undefined {
    const { maxConnections = DEFAULT_MAX_CONNECTIONS } = this.#options;
    if (this.#connections.size >= maxConnections) {
      return new IpcError(
        "SERVER_FULL",
        `the server has ${maxConnections} connections, and takes no more`,
        "try again later",
      );
    }
    if (this.#waitingForDescriptors === undefined && canOpen(DESCRIPTOR_RESERVE)) return undefined;
    const why = new IpcError(
      "TOO_MANY_DESCRIPTORS",
      `the server has no descriptors left for another connection: it has ${this.#connections.size}`,
      "it goes on when some are closed; more: ulimit -n, and LimitNOFILE= where systemd starts it",
      { errno: "EMFILE", syscall: "accept" },
    );
    this.#exhausted(why);
    return why;
  }

  #turnAway(socket: Socket, why: IpcError): void {
    this.refused++;
    const { remoteAddress: host = "(gone)", remotePort: port = 0 } = socket;
    this.#options.farewell?.(socket, why);
    // A short farewell is in the kernel already; the descriptor is free at once, however slow the peer.
    socket.destroy();
    this.emit("refused", why, addressText({ host, port }));
  }

  /** Refuse until there are descriptors again, and look for them: nobody tells. */
  #exhausted(why: IpcError): void {
    if (this.#waitingForDescriptors !== undefined || this.#closing !== undefined) return;
    this.#waitingForDescriptors = setInterval(() => {
      // Twice as many as are needed, so that it does not go to and fro.
      if (!canOpen(2 * DESCRIPTOR_RESERVE)) return;
      clearInterval(this.#waitingForDescriptors);
      this.#waitingForDescriptors = undefined;
      this.emit("recovered");
    }, DESCRIPTOR_LOOK_MS);
    this.emit("exhausted", why);
  }
}

function silent({ peer }: Connection, idleMs: number): IpcError {
  return new IpcError(
    "PEER_SILENT",
    `nothing came from ${peer} and nothing went to it for ${idleMs / 1000} s`,
    "connect again when there is something to say",
  );
}
