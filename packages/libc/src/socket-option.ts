import { bind, withErrno } from "./binding.ts";

const c = {
  getsockopt: bind<
    (fd: number, level: number, name: number, value: Uint8Array, length: Uint32Array) => number
  >("int getsockopt(int sockfd, int level, int optname, void *optval, void *optlen)"),
  setsockopt: bind<(fd: number, level: number, name: number, value: Uint8Array, length: number) => number>(
    "int setsockopt(int sockfd, int level, int optname, const void *optval, unsigned int optlen)",
  ),
};

const SOL_SOCKET = 1;
const IPPROTO_IP = 0;
const IPPROTO_TCP = 6;

/** Options that are one int: level and number. Source: asm-generic/socket.h, linux/tcp.h, linux/in.h. */
const INT_OPTIONS = {
  /** A port whose connections are all in TIME_WAIT may be bound again. */
  SO_REUSEADDR: [SOL_SOCKET, 2],
  /** The error that waits for this socket, and 0 from then on. Read only. */
  SO_ERROR: [SOL_SOCKET, 4],
  /** Stream, datagram, …, as a number. Read only. */
  SO_TYPE: [SOL_SOCKET, 3],
  SO_BROADCAST: [SOL_SOCKET, 6],
  /** Bytes for sending and for receiving. The kernel doubles what is set, for its own book-keeping. */
  SO_SNDBUF: [SOL_SOCKET, 7],
  SO_RCVBUF: [SOL_SOCKET, 8],
  SO_KEEPALIVE: [SOL_SOCKET, 9],
  /** As SO_RCVBUF, past the system's limit. Needs CAP_NET_ADMIN. */
  SO_RCVBUFFORCE: [SOL_SOCKET, 33],
  /** Send UDP datagrams over IPv4 without a checksum. */
  SO_NO_CHECK: [SOL_SOCKET, 11],
  /** Several sockets may bind one port, and the kernel spreads connections over them. */
  SO_REUSEPORT: [SOL_SOCKET, 15],
  /** Credentials come with every message. unix(7) */
  SO_PASSCRED: [SOL_SOCKET, 16],
  /** Segments wait for the acknowledgement of others, or do not: 1 turns Nagle's algorithm off. */
  TCP_NODELAY: [IPPROTO_TCP, 1],
  /** Nothing leaves but full segments, until it is cleared (or 200 ms). */
  TCP_CORK: [IPPROTO_TCP, 3],
  /** Seconds of silence before the first keep-alive probe, between two, and how many. */
  TCP_KEEPIDLE: [IPPROTO_TCP, 4],
  TCP_KEEPINTVL: [IPPROTO_TCP, 5],
  TCP_KEEPCNT: [IPPROTO_TCP, 6],
  /** Seconds that FIN_WAIT2 lasts once the socket is closed, instead of tcp_fin_timeout. */
  TCP_LINGER2: [IPPROTO_TCP, 8],
  /** Acknowledge at once. Not for good: the kernel may go back to delaying. */
  TCP_QUICKACK: [IPPROTO_TCP, 12],
  /** Milliseconds that data may stay unacknowledged, or a window 0, before the connection fails with ETIMEDOUT. */
  TCP_USER_TIMEOUT: [IPPROTO_TCP, 18],
  IP_MULTICAST_TTL: [IPPROTO_IP, 33],
  IP_MULTICAST_LOOP: [IPPROTO_IP, 34],
} as const satisfies Record<string, readonly [level: number, name: number]>;

export type SocketOption = keyof typeof INT_OPTIONS;

/** getsockopt(2) of an option that is an int. Returns its value, or `-errno`. */
export function getSocketOption(fd: number, option: SocketOption): number {
  const value = new Int32Array(1);
  const [level, name] = INT_OPTIONS[option];
  const result = withErrno(c.getsockopt(fd, level, name, new Uint8Array(value.buffer), Uint32Array.of(4)));
  return result < 0 ? result : (value[0] as number);
}

/** setsockopt(2) of an option that is an int. Returns 0 or `-errno`. */
export function setSocketOption(fd: number, option: SocketOption, value: number): number {
  const [level, name] = INT_OPTIONS[option];
  return withErrno(c.setsockopt(fd, level, name, new Uint8Array(Int32Array.of(value).buffer), 4));
}

const SO_LINGER = 13;

/**
 * SO_LINGER: close(2) waits that many seconds for what was sent to be acknowledged; with 0 it throws
 * all away and sends RST; `null` turns it off. Returns 0 or `-errno`. socket(7)
 */
export function setLinger(fd: number, seconds: number | null): number {
  const value = Int32Array.of(seconds === null ? 0 : 1, seconds ?? 0);
  return withErrno(c.setsockopt(fd, SOL_SOCKET, SO_LINGER, new Uint8Array(value.buffer), 8));
}

const IP_ADD_MEMBERSHIP = 35;

/** IP_ADD_MEMBERSHIP: get what is sent to a multicast group (IPv4), on the interface with that address. Returns 0 or `-errno`. ip(7) */
export function joinMulticastGroup(fd: number, group: string, interfaceAddress: string): number {
  const value = Uint8Array.from([...group.split("."), ...interfaceAddress.split(".")], Number);
  return withErrno(c.setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, value, value.length));
}

export interface PeerCredentials {
  pid: number;
  uid: number;
  gid: number;
}

const SO_PEERCRED = 17;

/** SO_PEERCRED: who connected, or who called listen or socketpair, as the kernel saw it then. Or `-errno`. unix(7) */
export function peerCredentials(fd: number): PeerCredentials | number {
  const value = new Uint32Array(3);
  const result = withErrno(
    c.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, new Uint8Array(value.buffer), Uint32Array.of(12)),
  );
  if (result < 0) return result;
  const [pid = 0, uid = 0, gid = 0] = value;
  return { pid, uid, gid };
}

/** What the kernel knows of a TCP connection: a part of `struct tcp_info`. Source: linux/tcp.h. */
export interface TcpInfo {
  /** A number of {@link TCP_STATES}. */
  state: number;
  retransmits: number;
  /** Bytes of the largest segment, sent. */
  sendMss: number;
  /** Bytes of data in the largest segment that this side is ready for, its options off, and of the largest packet on the way. */
  advertisedMss: number;
  pathMtu: number;
  /** Microseconds: the smoothed round trip, and its variation. */
  rttMicros: number;
  rttVarianceMicros: number;
  /** Segments that may be under way. */
  congestionWindow: number;
  /** Segments that were ever sent again. */
  totalRetransmits: number;
}

const TCP_INFO = 11;
const TCP_INFO_BYTES = 104;

/** getsockopt(2), TCP_INFO, or `-errno`. tcp(7) */
export function tcpInfo(fd: number): TcpInfo | number {
  const bytes = new Uint8Array(TCP_INFO_BYTES);
  const result = withErrno(c.getsockopt(fd, IPPROTO_TCP, TCP_INFO, bytes, Uint32Array.of(TCP_INFO_BYTES)));
  if (result < 0) return result;
  const view = new DataView(bytes.buffer);
  return {
    state: view.getUint8(0),
    retransmits: view.getUint8(2),
    sendMss: view.getUint32(16, true),
    advertisedMss: view.getUint32(84, true),
    pathMtu: view.getUint32(60, true),
    rttMicros: view.getUint32(68, true),
    rttVarianceMicros: view.getUint32(72, true),
    congestionWindow: view.getUint32(80, true),
    totalRetransmits: view.getUint32(100, true),
  };
}

/** The queue of a listening socket, as TCP_INFO has it. */
export interface ListenQueue {
  /** Connections that nobody has accepted yet. */
  waiting: number;
  /** What listen(2) was given, or the system's limit, whichever is less. */
  backlog: number;
}

/** getsockopt(2), TCP_INFO of a listening socket, or `-errno`. Source: net/ipv4/tcp.c, tcp_get_info. */
export function listenQueue(fd: number): ListenQueue | number {
  const bytes = new Uint8Array(TCP_INFO_BYTES);
  const result = withErrno(c.getsockopt(fd, IPPROTO_TCP, TCP_INFO, bytes, Uint32Array.of(TCP_INFO_BYTES)));
  if (result < 0) return result;
  const view = new DataView(bytes.buffer);
  // The fields tcpi_unacked and tcpi_sacked, which a listener has no other use for.
  return { waiting: view.getUint32(24, true), backlog: view.getUint32(28, true) };
}
