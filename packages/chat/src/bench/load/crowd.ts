import type { IpcError } from "@ipc-playground/contract";
import {
  bindSocket,
  callError,
  close,
  connectSocket,
  EPOLLIN,
  EPOLLOUT,
  EpollEvents,
  ERRNO,
  epollWait,
  errnoSymbol,
  getSocketOption,
  recv,
  send,
  setSocketOption,
  socket,
} from "@ipc-playground/libc";
import { Epoll } from "@ipc-playground/sockets";
import { failed } from "../failed.ts";

const EAGAIN = -(ERRNO.EAGAIN as number);
const EINTR = -(ERRNO.EINTR as number);
const EINPROGRESS = -(ERRNO.EINPROGRESS as number);
const STDIN = 0;

/** Bytes that are read at once: more than the largest window of the longest usual messages. */
const CHUNK_BYTES = 262_144;
const MOST_EVENTS = 2_048;

/** What a connection says first, and the beginning of the line that answers it. */
export interface Hello {
  says: string;
  answer: string;
  /** The address that it comes from, one of this machine's own: an address has only so many ports. */
  from: string;
}

interface Entering {
  hello: Hello;
  saidHello: boolean;
  /** What came so far. */
  heard: string;
}

export interface CrowdEvents {
  /** The hello was answered. `midLine`: what came so far ends in the middle of a line of the server's own. */
  entered?(who: number, midLine: boolean): void;
  /** The first `count` bytes of {@link Crowd.chunk} came. */
  received?(who: number, count: number): void;
  /** There is room again, after {@link Crowd.send} took less than it was given. */
  writable?(who: number): void;
  /** Standard input has ended, and that is no failure. */
  abandoned?(): void;
  /** What is waited for, when nothing comes. */
  missing?(): string | undefined;
}

/**
 * Many connections on one epoll, which holds the thread: no event loop, no streams, one buffer for all that comes.
 * Who they are is a number from 0 on.
 */
export class Crowd implements Disposable {
  readonly chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  on: CrowdEvents = {};
  readonly #port: number;
  readonly #stallMs: number;
  readonly #epoll = new Epoll();
  // Read in place: `Epoll.wait` makes an object of each event, and there are hundreds of thousands a second.
  readonly #events = new EpollEvents(MOST_EVENTS);
  /** By who it is; and who it is by descriptor. */
  readonly #fds: number[] = [];
  readonly #whos: number[] = [];
  readonly #entering = new Map<number, Entering>();

  /** Who waits longer than `stallMs` for anything at all gives up. */
  constructor(port: number, stallMs: number) {
    this.#port = port;
    this.#stallMs = stallMs;
    // Its end says that nobody wants the answer any more.
    this.#epoll.add(STDIN, EPOLLIN);
  }

  /** Begin to connect. */
  open(who: number, hello: Hello): void {
    const fd = checked(socket("inet", "stream", { nonBlocking: true }), "socket", "make a socket");
    this.#fds[who] = fd;
    this.#whos[fd] = who;
    checked(
      bindSocket(fd, { family: "inet", address: hello.from, port: 0 }),
      "bind",
      `use the address ${hello.from}`,
    );
    setSocketOption(fd, "TCP_NODELAY", 1);
    const result = connectSocket(fd, { family: "inet", address: "127.0.0.1", port: this.#port });
    if (result !== EINPROGRESS) checked(result, "connect", "connect to the server");
    this.#entering.set(who, { hello, saidHello: false, heard: "" });
    this.#epoll.add(fd, EPOLLOUT);
  }

  close(who: number): void {
    close(this.#fds[who] as number);
    this.#fds[who] = -1;
  }

  /** Returns how many bytes were taken. If that is not all, {@link CrowdEvents.writable} says when to go on. */
  send(who: number, bytes: Uint8Array): number {
    const fd = this.#fds[who] as number;
    const taken = send(fd, bytes);
    if (taken !== EAGAIN) checked(taken, "send", "send to the server");
    if (taken < bytes.length) this.#epoll.modify(fd, EPOLLIN | EPOLLOUT);
    return Math.max(0, taken);
  }

  /**
   * Wait once, and serve who is ready.
   *
   * @throws {IpcError} BENCH_ROW_FAILED: nothing came in time, or a connection ended.
   */
  turn(withinMs = this.#stallMs): void {
    const events = this.#events;
    const count = epollWait(this.#epoll.fd, events, Number.isFinite(withinMs) ? withinMs : -1);
    if (count === EINTR) return;
    if (checked(count, "epoll_wait", "wait") === 0) throw this.#stalled();
    for (let i = 0; i < count; i++) {
      const fd = events.fd(i);
      if (fd === STDIN) {
        if (this.on.abandoned === undefined) throw failed("standard input has ended");
        this.on.abandoned();
        continue;
      }
      const who = this.#whos[fd] as number;
      if (this.#entering.has(who)) this.#enter(who, fd);
      else this.#serve(who, fd, events.events(i));
    }
  }

  [Symbol.dispose](): void {
    for (const fd of this.#fds) if (fd >= 0) close(fd);
    this.#epoll.close();
  }

  #stalled(): IpcError {
    const missing = this.on.missing?.() ?? `${this.#entering.size} connections are not welcomed yet`;
    return failed(`nothing came for ${this.#stallMs} ms: ${missing}`);
  }

  #serve(who: number, fd: number, events: number): void {
    if (events & EPOLLOUT) {
      this.#epoll.modify(fd, EPOLLIN);
      this.on.writable?.(who);
    }
    const count = this.#receive(who, fd);
    if (count > 0) this.on.received?.(who, count);
  }

  #receive(who: number, fd: number): number {
    const count = recv(fd, this.chunk);
    if (count > 0 || count === EAGAIN) return count;
    const how = count === 0 ? "closed" : `broke (${errnoSymbol(-count)})`;
    throw failed(`the server ${how} connection ${who}`);
  }

  #enter(who: number, fd: number): void {
    const entering = this.#entering.get(who) as Entering;
    if (!entering.saidHello) {
      checked(-getSocketOption(fd, "SO_ERROR"), "connect", "connect to the server");
      checked(send(fd, Buffer.from(entering.hello.says)), "send", "say hello");
      entering.saidHello = true;
      this.#epoll.modify(fd, EPOLLIN);
      return;
    }
    const count = this.#receive(who, fd);
    if (count <= 0) return;
    entering.heard += this.chunk.toString("latin1", 0, count);
    if (/^!/m.test(entering.heard)) throw failed(`the server refused: ${entering.heard.trim()}`);
    if (!`\n${entering.heard}`.includes(`\n${entering.hello.answer}`)) return;
    this.#entering.delete(who);
    this.on.entered?.(who, !entering.heard.endsWith("\n"));
  }
}

function checked(returned: number, syscall: string, doing: string): number {
  if (returned < 0) throw failed(callError(returned, { syscall, doing }).fact);
  return returned;
}
