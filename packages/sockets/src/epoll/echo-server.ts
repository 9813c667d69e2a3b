import {
  accept,
  close,
  EPOLLET,
  EPOLLIN,
  EPOLLOUT,
  ERRNO,
  recv,
  send,
  setSocketOption,
} from "@ipc-playground/libc";
import { checkSocket } from "../socket-errors.ts";
import type { Address } from "../tcp/address.ts";
import { Epoll } from "./epoll.ts";
import { listeningSocket } from "./listening-socket.ts";

/** When epoll tells: as long as something is there, or when something comes. */
export type Trigger = "level" | "edge";

interface Connection {
  readonly fd: number;
  /** What the peer has not taken yet. While there is something, nothing more is read from it. */
  unsent: Uint8Array;
}

const EAGAIN = -(ERRNO.EAGAIN as number);
const GONE = new Set([-(ERRNO.ECONNABORTED as number), -(ERRNO.EINTR as number)]);
/** Asked for once, and for good: an edge that nobody waits for costs little. */
const EDGES = EPOLLIN | EPOLLOUT | EPOLLET;
const NOTHING = new Uint8Array(0);
/** Bytes that are read at once. */
const CHUNK_BYTES = 65_536;
/** Chunks of one connection before the others have their turn. */
const CHUNKS_PER_TURN = 16;
/** Milliseconds until the next try to accept, when the descriptors were used up. */
const FULL_MS = 100;

/** A TCP server on raw epoll that sends everything back. A turn of it holds the thread, event loop and all. */
export class EpollEcho implements Disposable {
  readonly address: Address;
  readonly epoll = new Epoll();
  /** System calls so far, by name. */
  readonly calls = { epoll_wait: 0, epoll_ctl: 0, accept: 0, recv: 0, send: 0 };
  readonly #listener: number;
  readonly #trigger: Trigger;
  readonly #connections = new Map<number, Connection>();
  readonly #buffer = new Uint8Array(CHUNK_BYTES);
  #full = false;

  /** @throws {IpcError} as {@link listeningSocket} */
  constructor(trigger: Trigger, { host = "127.0.0.1", port = 0 }: Partial<Address> = {}) {
    const { fd, address } = listeningSocket({ host, port }, { nonBlocking: true });
    this.#listener = fd;
    this.address = address;
    this.#trigger = trigger;
    this.epoll.add(fd, EPOLLIN);
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Whether descriptors are used up, so that nobody is accepted for the moment. */
  get full(): boolean {
    return this.#full;
  }

  /** Serve until `until` is readable, or at its end: an eventfd, a pipe. */
  run(until: number): void {
    this.epoll.add(until, EPOLLIN);
    while (!this.turn().includes(until));
    this.epoll.delete(until);
  }

  /** Wait once, at most `withinMs` milliseconds, and serve who is ready. Returns the other descriptors that are. */
  turn(withinMs = Number.POSITIVE_INFINITY): number[] {
    this.calls.epoll_wait++;
    const others: number[] = [];
    const events = this.epoll.wait(this.#full ? Math.min(withinMs, FULL_MS) : withinMs);
    if (this.#full) this.#listenAgain();
    for (const { fd } of events) {
      // One that came in this very turn may have the number of one that ended in it: to look early is no harm.
      const connection = this.#connections.get(fd);
      if (connection !== undefined) this.#serve(connection);
      else if (fd === this.#listener) this.#accept();
      else others.push(fd);
    }
    return others;
  }

  #serve(connection: Connection): void {
    if (this.#trigger === "level") this.#level(connection);
    else this.#edge(connection);
  }

  /** Level-triggered: read once. If that leaves something, the next epoll_wait says so again. */
  #level(connection: Connection): void {
    const hadUnsent = connection.unsent.length > 0;
    if (!hadUnsent && !this.#echo(connection)) return;
    if (hadUnsent && !this.#flush(connection)) return;
    const hasUnsent = connection.unsent.length > 0;
    // Room is there most of the time: asked for always, it would be told always.
    if (hasUnsent !== hadUnsent) this.#watch(connection, hasUnsent ? EPOLLOUT : EPOLLIN);
  }

  /** Edge-triggered: go on until the kernel says EAGAIN. What is left otherwise, nobody tells of again. */
  #edge(connection: Connection): void {
    if (connection.unsent.length > 0 && !this.#flush(connection)) return;
    for (let chunks = 0; connection.unsent.length === 0; chunks++) {
      // Who sends without end must not starve the others: to ask anew puts it at the end of the list of ready ones.
      if (chunks === CHUNKS_PER_TURN) {
        this.#watch(connection, EDGES);
        return;
      }
      if (!this.#echo(connection)) return;
    }
  }

  /** Read once and send it back, as far as it goes. `false`: there was nothing, or the connection has ended. */
  #echo(connection: Connection): boolean {
    this.calls.recv++;
    const count = recv(connection.fd, this.#buffer);
    if (count === EAGAIN) return false;
    // 0 is the end; every error is one, too: the peer is gone.
    if (count <= 0) return this.#end(connection);
    connection.unsent = this.#buffer.subarray(0, count);
    if (!this.#flush(connection)) return false;
    // The buffer is everybody's.
    if (connection.unsent.length > 0) connection.unsent = connection.unsent.slice();
    return true;
  }

  /** `false`: the connection has ended. */
  #flush(connection: Connection): boolean {
    this.calls.send++;
    const count = send(connection.fd, connection.unsent);
    if (count < 0 && count !== EAGAIN) return this.#end(connection);
    if (count > 0) {
      connection.unsent = count === connection.unsent.length ? NOTHING : connection.unsent.subarray(count);
    }
    return true;
  }

  #accept(): void {
    for (;;) {
      this.calls.accept++;
      const fd = accept(this.#listener, { nonBlocking: true });
      if (fd === EAGAIN) return;
      if (GONE.has(fd)) continue;
      // EMFILE and its like: the newcomer goes on waiting, and the listener to be ready. Look away for a while.
      if (fd < 0) {
        this.#full = this.epoll.delete(this.#listener);
        return;
      }
      setSocketOption(fd, "TCP_NODELAY", 1);
      this.#connections.set(fd, { fd, unsent: NOTHING });
      this.epoll.add(fd, this.#trigger === "level" ? EPOLLIN : EDGES);
      this.calls.epoll_ctl++;
    }
  }

  #watch({ fd }: Connection, events: number): void {
    this.calls.epoll_ctl++;
    this.epoll.modify(fd, events);
  }

  #end(connection: Connection): false {
    this.#connections.delete(connection.fd);
    // With its last descriptor a socket leaves the epoll by itself.
    close(connection.fd);
    return false;
  }

  #listenAgain(): void {
    this.#full = false;
    this.epoll.add(this.#listener, EPOLLIN);
  }

  [Symbol.dispose](): void {
    this.epoll.close();
    for (const { fd } of this.#connections.values()) close(fd);
    this.#connections.clear();
    checkSocket(close(this.#listener), "close", "close the listening socket");
  }
}
