import { bind, withErrno } from "./binding.ts";

const setsockopt = bind<
  (fd: number, level: number, name: number, value: Uint8Array, length: number) => number
>("int setsockopt(int sockfd, int level, int optname, const void *optval, unsigned int optlen)");

const SOL_SOCKET = 1;
// Source: asm-generic/socket.h, the forms for 64-bit time.
const TIMEOUTS = { receive: 20, send: 21 } as const;
const MICROS_PER_SECOND = 1_000_000;

/**
 * SO_RCVTIMEO or SO_SNDTIMEO: a call in that direction that sleeps this long fails with EAGAIN (a connect
 * with EINPROGRESS). `Infinity` takes it back. From then on a signal ends the call with EINTR even where its
 * handler has SA_RESTART. Returns 0 or `-errno`. socket(7), signal(7)
 */
export function setSocketTimeout(fd: number, direction: keyof typeof TIMEOUTS, milliseconds: number): number {
  // 0 would mean for ever.
  const micros = Number.isFinite(milliseconds) ? Math.max(1, Math.ceil(milliseconds * 1_000)) : 0;
  const time = BigInt64Array.of(
    BigInt(Math.floor(micros / MICROS_PER_SECOND)),
    BigInt(micros % MICROS_PER_SECOND),
  );
  const value = new Uint8Array(time.buffer);
  return withErrno(setsockopt(fd, SOL_SOCKET, TIMEOUTS[direction], value, value.length));
}

const IPPROTO_IP = 0;
const IP_MULTICAST_IF = 32;

/** IP_MULTICAST_IF: send to multicast groups (IPv4) through the interface with that address. Returns 0 or `-errno`. ip(7) */
export function setMulticastInterface(fd: number, interfaceAddress: string): number {
  const value = Uint8Array.from(interfaceAddress.split("."), Number);
  return withErrno(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, value, value.length));
}
