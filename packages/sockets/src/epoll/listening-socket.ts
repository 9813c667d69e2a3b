import {
  bindSocket,
  close,
  connectSocket,
  listen,
  type SocketFlags,
  setSocketOption,
  socket,
  socketName,
} from "@ipc-playground/libc";
import { checkSocket } from "../socket-errors.ts";
import type { Address } from "../tcp/address.ts";
import { DEFAULT_BACKLOG } from "../tcp/limits.ts";

/** A TCP socket that listens, as libc gives it: a number. */
export interface ListeningSocket {
  readonly fd: number;
  /** With the port that the kernel found, where 0 was asked for. */
  readonly address: Address;
}

/**
 * socket(2), bind(2), listen(2) for an IPv4 address. The descriptor is the caller's to close.
 *
 * @throws {IpcError} ADDRESS_IN_USE, NO_PERMISSION, BAD_ADDRESS, TOO_MANY_DESCRIPTORS
 */
export function listeningSocket({ host, port }: Address, flags: SocketFlags = {}): ListeningSocket {
  const fd = checkSocket(socket("inet", "stream", flags), "socket", "make a TCP socket");
  try {
    // As Node does it: connections in TIME_WAIT of a server before do not hold the port.
    setSocketOption(fd, "SO_REUSEADDR", 1);
    const where = `${host}:${port}`;
    checkSocket(bindSocket(fd, { family: "inet", address: host, port }), "bind", `bind ${where}`);
    checkSocket(listen(fd, DEFAULT_BACKLOG), "listen", `listen at ${where}`);
    const name = socketName(fd);
    const bound = typeof name === "object" && name?.family === "inet" ? name.port : port;
    return { fd, address: { host, port: bound } };
  } catch (error) {
    close(fd);
    throw error;
  }
}

/** A blocking TCP connection, as libc gives it. The descriptor is the caller's to close. */
export function connectedSocket({ host, port }: Address): number {
  const fd = checkSocket(socket("inet", "stream"), "socket", "make a TCP socket");
  const result = connectSocket(fd, { family: "inet", address: host, port });
  if (result < 0) close(fd);
  checkSocket(result, "connect", `connect to ${host}:${port}`);
  return fd;
}
