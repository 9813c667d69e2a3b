import { bind, withErrno } from "./binding.ts";
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  decodeSocketAddress,
  encodeSocketAddress,
  SOCKADDR_BYTES,
  type SocketAddress,
} from "./socket-address.ts";

const c = {
  socket: bind<(family: number, type: number, protocol: number) => number>(
    "int socket(int domain, int type, int protocol)",
  ),
  socketpair: bind<(family: number, type: number, protocol: number, pair: Int32Array) => number>(
    "int socketpair(int domain, int type, int protocol, void *sv)",
  ),
  bind: bind<(fd: number, address: Uint8Array, bytes: number) => number>(
    "int bind(int sockfd, const void *addr, unsigned int addrlen)",
  ),
  connect: bind<(fd: number, address: Uint8Array, bytes: number) => number>(
    "int connect(int sockfd, const void *addr, unsigned int addrlen)",
  ),
  listen: bind<(fd: number, backlog: number) => number>("int listen(int sockfd, int backlog)"),
  accept4: bind<(fd: number, address: null, length: null, flags: number) => number>(
    "int accept4(int sockfd, void *addr, void *addrlen, int flags)",
  ),
  shutdown: bind<(fd: number, how: number) => number>("int shutdown(int sockfd, int how)"),
  getsockname: bind<(fd: number, address: Uint8Array, length: Uint32Array) => number>(
    "int getsockname(int sockfd, void *addr, void *addrlen)",
  ),
  getpeername: bind<(fd: number, address: Uint8Array, length: Uint32Array) => number>(
    "int getpeername(int sockfd, void *addr, void *addrlen)",
  ),
};

const FAMILIES = { unix: AF_UNIX, inet: AF_INET, inet6: AF_INET6 } as const;
export type SocketFamily = keyof typeof FAMILIES;

/** A stream of bytes, messages without a connection, or messages in order over one. socket(2) */
const TYPES = { stream: 1, datagram: 2, seqpacket: 5 } as const;
export type SocketType = keyof typeof TYPES;

// The same on x64 and arm64. Source: linux/net.h.
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;

export interface SocketFlags {
  /** Calls that would sleep fail with EAGAIN (EINPROGRESS for connect). */
  nonBlocking?: boolean;
}

function typeOf(type: SocketType, { nonBlocking }: SocketFlags): number {
  return TYPES[type] | SOCK_CLOEXEC | (nonBlocking ? SOCK_NONBLOCK : 0);
}

/** socket(2). Returns a descriptor (close-on-exec), or `-errno`. */
export function socket(family: SocketFamily, type: SocketType, flags: SocketFlags = {}): number {
  return withErrno(c.socket(FAMILIES[family], typeOf(type, flags), 0));
}

/** socketpair(2) of Unix sockets. Returns both descriptors (close-on-exec), or `-errno`. */
export function socketpair(type: SocketType, flags: SocketFlags = {}): [number, number] | number {
  const pair = new Int32Array(2);
  const result = withErrno(c.socketpair(AF_UNIX, typeOf(type, flags), 0, pair));
  return result < 0 ? result : [pair[0] as number, pair[1] as number];
}

/** bind(2): give a socket its own address. Port 0 asks the kernel for one. Returns 0 or `-errno`. */
export function bindSocket(fd: number, address: SocketAddress): number {
  const bytes = encodeSocketAddress(address);
  return withErrno(c.bind(fd, bytes, bytes.length));
}

/** connect(2). Returns 0 or `-errno`: `-EINPROGRESS` for a non-blocking TCP socket. */
export function connectSocket(fd: number, address: SocketAddress): number {
  const bytes = encodeSocketAddress(address);
  return withErrno(c.connect(fd, bytes, bytes.length));
}

/** listen(2): take connections, and queue up to `backlog` + 1 of them until {@link accept}. Returns 0 or `-errno`. */
export function listen(fd: number, backlog: number): number {
  return withErrno(c.listen(fd, backlog));
}

/** accept4(2): the next connection. Sleeps until there is one. Returns its descriptor (close-on-exec), or `-errno`. */
export function accept(fd: number, { nonBlocking }: SocketFlags = {}): number {
  return withErrno(c.accept4(fd, null, null, SOCK_CLOEXEC | (nonBlocking ? SOCK_NONBLOCK : 0)));
}

const HOW = { read: 0, write: 1, both: 2 } as const;

/** shutdown(2): end one direction, or both, whoever else has the socket open. Returns 0 or `-errno`. */
export function shutdown(fd: number, how: keyof typeof HOW): number {
  return withErrno(c.shutdown(fd, HOW[how]));
}

/** getsockname(2): the socket's own address; `null` for a family of another kind; or `-errno`. */
export function socketName(fd: number): SocketAddress | null | number {
  return addressFrom(c.getsockname, fd);
}

/** getpeername(2): the other end's address; `null` for a family of another kind; or `-errno` (`-ENOTCONN`). */
export function peerName(fd: number): SocketAddress | null | number {
  return addressFrom(c.getpeername, fd);
}

function addressFrom(call: typeof c.getsockname, fd: number): SocketAddress | null | number {
  const bytes = new Uint8Array(SOCKADDR_BYTES);
  const length = Uint32Array.of(SOCKADDR_BYTES);
  const result = withErrno(call(fd, bytes, length));
  return result < 0 ? result : decodeSocketAddress(bytes, length[0] as number);
}
