import { IpcError } from "@ipc-playground/contract";
import { close, connectSocket, listen, type SocketType, socket, socketpair } from "@ipc-playground/libc";
import { checkSocket, socketError } from "../socket-errors.ts";
import type { Waits } from "../socket-handle.ts";
import { type UnixPath, unixAddress, unixPathText } from "./address.ts";
import { type BindOptions, BoundPath } from "./bound-path.ts";
import { UnixListener } from "./unix-listener.ts";
import { UnixSocket } from "./unix-socket.ts";

/** A stream of bytes, or messages with their boundaries, over a connection. */
export type ConnectionType = "stream" | "seqpacket";

export interface ListenOptions extends BindOptions {
  type?: ConnectionType;
  /** Connections that wait for accept; one more fits. The system's limit is somaxconn. Default 128. */
  backlog?: number;
}

const BACKLOG = 128;

/**
 * Take connections at a path or an abstract name. A path lives in the file system, and stays there when
 * the process is killed: `replaceStale` removes such a one, and only such a one.
 *
 * @throws {IpcError} ADDRESS_IN_USE, BAD_ADDRESS (over 107 bytes), NO_SUCH_FILE, NO_PERMISSION
 * @see bind(2), listen(2), unix(7)
 */
export function listenUnix(path: UnixPath, options: ListenOptions = {}): UnixListener {
  const { type = "stream", backlog = BACKLOG } = options;
  const fd = newSocket(type);
  return orClose(fd, () => {
    const bound = new BoundPath(fd, path, options);
    checkSocket(listen(fd, backlog), "listen", `listen at ${unixPathText(path)}`);
    return new UnixListener(fd, type, bound);
  });
}

/**
 * Connect to whoever listens at a path. Sleeps while the listener's queue is full.
 *
 * @throws {IpcError} NO_SUCH_FILE: there is no such path. CONNECTION_REFUSED: there is, and no server.
 * @throws {IpcError} DEADLINE_PASSED: the queue stayed full.
 * @see connect(2)
 */
export function connectUnix(path: UnixPath, options: Waits & { type?: ConnectionType } = {}): UnixSocket {
  const { type = "stream", withinMs = Number.POSITIVE_INFINITY } = options;
  const address = unixAddress(path);
  const made = new UnixSocket(newSocket(type), type);
  try {
    const result = made.waiting("send", withinMs || 1, () => connectSocket(made.fd, address));
    if (made.unready(result, withinMs) !== undefined) throw nobodyAccepts(path, withinMs);
    checkSocket(result, "connect", `connect to ${unixPathText(path)}`);
    return made;
  } catch (error) {
    made.close();
    throw error;
  }
}

/**
 * A datagram socket: whole messages, in order, between sockets that need no connection. Without `path` it
 * can send, and nobody can answer. It loses nothing: a full receiver makes its senders sleep.
 *
 * @throws {IpcError} as {@link listenUnix}
 */
export function openUnixDatagram(options: BindOptions & { path?: UnixPath } = {}): UnixSocket {
  const fd = newSocket("datagram");
  return orClose(fd, () => {
    if (options.path === undefined) return new UnixSocket(fd, "datagram");
    return new UnixSocket(fd, "datagram", { bound: new BoundPath(fd, options.path, options) });
  });
}

/** Two sockets that are connected with each other and have no address: for a parent and its child. socketpair(2) */
export function unixSocketPair(type: SocketType = "stream"): [UnixSocket, UnixSocket] {
  const pair = socketpair(type);
  if (typeof pair === "number") throw socketError(pair, "socketpair", "make a pair of sockets");
  return [new UnixSocket(pair[0], type), new UnixSocket(pair[1], type)];
}

function newSocket(type: SocketType): number {
  return checkSocket(socket("unix", type), "socket", `make a Unix ${type} socket`);
}

function orClose<T>(fd: number, action: () => T): T {
  try {
    return action();
  } catch (error) {
    close(fd);
    throw error;
  }
}

function nobodyAccepts(path: UnixPath, withinMs: number): IpcError {
  return new IpcError(
    "DEADLINE_PASSED",
    `${unixPathText(path)} has a server with a full queue, and it accepted nobody within ${withinMs} ms`,
    "look at what keeps the server; a longer backlog in listen(2) only moves the limit",
  );
}
