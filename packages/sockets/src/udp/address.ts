import { isIPv4, isIPv6 } from "node:net";
import { IpcError } from "@ipc-playground/contract";
import type { SocketAddress } from "@ipc-playground/libc";

/** An IPv4 or IPv6 address in numbers, and a port. Names are looked up by others: node:dns. */
export interface UdpAddress {
  readonly address: string;
  readonly port: number;
}

const PORTS = 65_536;

/** `127.0.0.1:80`, `[::1]:80`. */
export function inetText({ address, port }: UdpAddress): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** @throws {IpcError} BAD_ADDRESS: a name instead of numbers, or no port from 0 to 65535. */
export function inetAddress({ address, port }: UdpAddress): SocketAddress {
  if (!Number.isInteger(port) || port < 0 || port >= PORTS) {
    throw new IpcError("BAD_ADDRESS", `${port} is no port`, "give a whole number from 0 to 65535");
  }
  if (isIPv4(address)) return { family: "inet", address, port };
  if (isIPv6(address) && !address.includes("%") && !address.includes(".")) {
    return { family: "inet6", address, port };
  }
  throw new IpcError(
    "BAD_ADDRESS",
    `${JSON.stringify(address)} is no IP address in numbers`,
    "look a name up first: dns.lookup of node:dns",
  );
}

const FIRST_GROUP = 224;
const LAST_GROUP = 239;

/** @throws {IpcError} BAD_ADDRESS */
export function checkMulticastGroup(group: string, interfaceAddress: string): void {
  const first = Number(group.split(".")[0]);
  if (isIPv4(group) && first >= FIRST_GROUP && first <= LAST_GROUP && isIPv4(interfaceAddress)) return;
  throw new IpcError(
    "BAD_ADDRESS",
    `${group} on ${interfaceAddress} is no multicast group on an interface`,
    "groups are 224.0.0.0 to 239.255.255.255; the interface is named by its IPv4 address",
  );
}
