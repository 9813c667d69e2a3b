import { bind, withErrno } from "./binding.ts";
import { close } from "./io.ts";
import { AF_PACKET } from "./socket-address.ts";

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
