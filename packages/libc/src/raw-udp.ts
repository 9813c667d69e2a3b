import { bind, withErrno } from "./binding.ts";
import { AF_INET } from "./socket-address.ts";

const socket = bind<(family: number, type: number, protocol: number) => number>(
  "int socket(int domain, int type, int protocol)",
);

const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const IPPROTO_UDP = 17;

/**
 * A socket whose messages are UDP datagrams that the caller made, header and checksum included: the kernel
 * adds IPv4. What it receives begins with the IPv4 header, and is a copy. Needs CAP_NET_RAW. Returns a
 * descriptor (close-on-exec), or `-errno`: `-EPERM`. raw(7)
 */
export function openRawUdpSocket(): number {
  return withErrno(socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_UDP));
}
