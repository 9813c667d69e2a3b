import { bind, withErrno } from "./binding.ts";
import { close } from "./io.ts";
import { addressOf } from "./memory.ts";
import { AF_INET, AF_PACKET } from "./socket-address.ts";

const c = {
  socket: bind<(family: number, type: number, protocol: number) => number>(
    "int socket(int domain, int type, int protocol)",
  ),
  bind: bind<(fd: number, address: Uint8Array, bytes: number) => number>(
    "int bind(int sockfd, const void *addr, unsigned int addrlen)",
  ),
  recvfrom: bind<
    (
      fd: number,
      buffer: Uint8Array,
      count: number,
      flags: number,
      from: Uint8Array,
      length: Uint32Array,
    ) => number
  >("ssize_t recvfrom(int sockfd, void *buf, size_t len, int flags, void *src, void *addrlen)"),
  if_nametoindex: bind<(name: string) => number>("unsigned int if_nametoindex(const char *ifname)"),
  ioctl: bind<(fd: number, request: number, argument: Uint8Array) => number>(
    "int ioctl(int fd, unsigned long request, void *argp)",
  ),
  setsockopt: bind<(fd: number, level: number, name: number, value: Uint8Array, length: number) => number>(
    "int setsockopt(int sockfd, int level, int optname, const void *optval, unsigned int optlen)",
  ),
  clock_gettime: bind<(clock: number, time: BigInt64Array) => number>(
    "int clock_gettime(int clockid, void *tp)",
  ),
};

const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const SOCK_NONBLOCK = 0o4000;
/** Every protocol, in the network's order as the call wants it. Source: linux/if_ether.h. */
const ETH_P_ALL_BE = 0x0300;
const SOCKADDR_LL_BYTES = 20;
const PACKET_TYPE_OFFSET = 10;
const PACKET_OUTGOING = 4;

/**
 * An AF_PACKET socket that sees every frame of one interface, from the link layer on. Needs
 * CAP_NET_RAW in the user namespace that owns the network. Returns a non-blocking descriptor
 * (close-on-exec), or `-errno` (`-EPERM`; `-ENODEV`: no such interface). packet(7)
 */
export function openPacketSocket(interfaceName: string): number {
  const index = c.if_nametoindex(interfaceName);
  if (index === 0) return withErrno(-1);
  const fd = withErrno(c.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, ETH_P_ALL_BE));
  if (fd < 0) return fd;
  const address = new DataView(new ArrayBuffer(SOCKADDR_LL_BYTES));
  address.setUint16(0, AF_PACKET, true);
  address.setUint16(2, ETH_P_ALL_BE, true);
  address.setInt32(4, index, true);
  const bound = withErrno(c.bind(fd, new Uint8Array(address.buffer), SOCKADDR_LL_BYTES));
  if (bound === 0) return fd;
  close(fd);
  return bound;
}

export interface ReceivedPacket {
  /** Bytes in the buffer, from the link layer's header on. */
  bytes: number;
  /** On its way out. On `lo` every packet is seen twice: going out, then coming in. packet(7) */
  outgoing: boolean;
}

/** The next frame that a packet socket has seen. What does not fit is cut. Or `-errno`: `-EAGAIN` for none. */
export function receivePacket(fd: number, buffer: Uint8Array): ReceivedPacket | number {
  const from = new Uint8Array(SOCKADDR_LL_BYTES);
  const length = Uint32Array.of(SOCKADDR_LL_BYTES);
  const bytes = withErrno(c.recvfrom(fd, buffer, buffer.length, 0, from, length));
  return bytes < 0 ? bytes : { bytes, outgoing: from[PACKET_TYPE_OFFSET] === PACKET_OUTGOING };
}

// Source: linux/sockios.h. The form with nanoseconds, and 64-bit seconds on 64-bit Linux.
const SIOCGSTAMPNS = 0x8907;
const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;
const NS_PER_SECOND = 1_000_000_000n;

/**
 * When the packet that was received last passed by: nanoseconds of CLOCK_REALTIME, since the kernel stamps
 * packets with no other clock. Or `-errno`: `-ENOENT` the first time, which asks for stamps from then on. socket(7)
 */
export function packetTime(fd: number): bigint | number {
  const stamp = new BigInt64Array(2);
  const result = withErrno(c.ioctl(fd, SIOCGSTAMPNS, new Uint8Array(stamp.buffer)));
  return result < 0 ? result : nanoseconds(stamp);
}

const CLOCK_TRIES = 20;

/** What to take from CLOCK_REALTIME to get CLOCK_MONOTONIC, in ns, right now: it changes when the date is set. */
export function realtimeAhead(): bigint {
  // Whatever interrupts between two readings makes them look further apart: the closest pair is the truest.
  const tries = Array.from({ length: CLOCK_TRIES }, () => {
    const before = clock(CLOCK_MONOTONIC);
    const real = clock(CLOCK_REALTIME);
    const after = clock(CLOCK_MONOTONIC);
    return { apart: after - before, ahead: real - (before + after) / 2n };
  });
  return tries.reduce((best, one) => (one.apart < best.apart ? one : best)).ahead;
}

function clock(id: number): bigint {
  const time = new BigInt64Array(2);
  c.clock_gettime(id, time);
  return nanoseconds(time);
}

function nanoseconds([seconds = 0n, nanos = 0n]: BigInt64Array): bigint {
  return seconds * NS_PER_SECOND + nanos;
}

/** One instruction of the kernel's packet filter: code, jumps if true and if false, operand. */
export type FilterInstruction = readonly [code: number, whenTrue: number, whenFalse: number, k: number];

const SOL_SOCKET = 1;
const SO_ATTACH_FILTER = 26;
const FILTER_BYTES = 8;
const FPROG_BYTES = 16;

/** SO_ATTACH_FILTER: let the kernel run this classic BPF program on each packet, and keep as many bytes as it returns. Returns 0 or `-errno`. socket(7) */
export function attachFilter(fd: number, program: readonly FilterInstruction[]): number {
  const code = new DataView(new ArrayBuffer(program.length * FILTER_BYTES));
  for (const [i, [op, whenTrue, whenFalse, k]] of program.entries()) {
    code.setUint16(i * FILTER_BYTES, op, true);
    code.setUint8(i * FILTER_BYTES + 2, whenTrue);
    code.setUint8(i * FILTER_BYTES + 3, whenFalse);
    code.setUint32(i * FILTER_BYTES + 4, k, true);
  }
  const bytes = new Uint8Array(code.buffer);
  const fprog = new DataView(new ArrayBuffer(FPROG_BYTES));
  fprog.setUint16(0, program.length, true);
  fprog.setBigUint64(8, addressOf(bytes), true);
  const result = withErrno(
    c.setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, new Uint8Array(fprog.buffer), FPROG_BYTES),
  );
  // Only its address went into the kernel.
  void bytes.length;
  return result;
}

const IPPROTO_TCP = 6;

/**
 * A socket whose messages are TCP segments that the caller made, header and checksum included; the kernel
 * adds IPv4. Needs CAP_NET_RAW, as {@link openPacketSocket}. Returns a descriptor (close-on-exec) or `-errno`. raw(7)
 */
export function openRawTcpSocket(): number {
  return withErrno(c.socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
}

// Source: linux/sockios.h, linux/if.h.
const SIOCGIFFLAGS = 0x8913;
const SIOCSIFFLAGS = 0x8914;
const IFNAMSIZ = 16;
const IFREQ_BYTES = 40;
const IFF_UP = 0x1;

/** Bring a network interface up, through any socket. A new network namespace has its `lo` down. Returns 0 or `-errno`. netdevice(7) */
export function bringInterfaceUp(socket: number, interfaceName: string): number {
  const bytes = new Uint8Array(IFREQ_BYTES);
  bytes.set(Buffer.from(interfaceName).subarray(0, IFNAMSIZ - 1));
  const view = new DataView(bytes.buffer);
  const got = withErrno(c.ioctl(socket, SIOCGIFFLAGS, bytes));
  if (got < 0) return got;
  view.setInt16(IFNAMSIZ, view.getInt16(IFNAMSIZ, true) | IFF_UP, true);
  return withErrno(c.ioctl(socket, SIOCSIFFLAGS, bytes));
}
