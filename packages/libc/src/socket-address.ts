import { isIPv6 } from "node:net";

/** An address of a socket, as one of three families. */
export type SocketAddress =
  | { readonly family: "inet"; readonly address: string; readonly port: number }
  | { readonly family: "inet6"; readonly address: string; readonly port: number }
  /** A path; abstract if it begins with NUL; empty for a socket without a name. unix(7) */
  | { readonly family: "unix"; readonly path: string };

// Source: asm-generic/socket.h of Linux, linux/socket.h.
export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_PACKET = 17;

/** Room for the longest address there is, in bytes: `struct sockaddr_storage`. */
export const SOCKADDR_BYTES = 128;

const FAMILY_BYTES = 2;
const INET_BYTES = 16;
const INET6_BYTES = 28;
const INET6_ADDRESS_OFFSET = 8;

/** Longest path of a Unix socket in bytes: 108 with the NUL that ends it. Source: linux/un.h, UNIX_PATH_MAX. */
export const UNIX_PATH_MAX_BYTES = 107;

/** `struct sockaddr_in`, `sockaddr_in6` or `sockaddr_un`. A path that does not fit is not cut: it makes EINVAL. */
export function encodeSocketAddress(address: SocketAddress): Uint8Array {
  if (address.family === "unix") return encodePath(address.path);
  const bytes = new Uint8Array(address.family === "inet" ? INET_BYTES : INET6_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, address.family === "inet" ? AF_INET : AF_INET6, true);
  // The network's order, whatever the machine's.
  view.setUint16(2, address.port);
  if (address.family === "inet") bytes.set(address.address.split(".").map(Number), 4);
  else bytes.set(encodeIPv6(address.address), INET6_ADDRESS_OFFSET);
  return bytes;
}

function encodePath(path: string): Uint8Array {
  const name = Buffer.from(path);
  // An abstract name ends where the address ends; a path ends with NUL.
  const end = path.startsWith("\0") || path === "" ? 0 : 1;
  const bytes = new Uint8Array(FAMILY_BYTES + name.length + end);
  new DataView(bytes.buffer).setUint16(0, AF_UNIX, true);
  bytes.set(name, FAMILY_BYTES);
  return bytes;
}

function encodeIPv6(address: string): number[] {
  if (!isIPv6(address)) return [];
  const [head = "", tail] = address.split("::");
  const words = (part: string) =>
    part === "" ? [] : part.split(":").map((word) => Number.parseInt(word, 16));
  const [first, last] = [words(head), words(tail ?? "")];
  const zeros = new Array<number>(8 - first.length - last.length).fill(0);
  return [...first, ...zeros, ...last].flatMap((word) => [word >> 8, word & 0xff]);
}

/** What the kernel wrote: the first `length` bytes of a `sockaddr`. `null` for a family of another kind. */
export function decodeSocketAddress(bytes: Uint8Array, length: number): SocketAddress | null {
  if (length < FAMILY_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const family = view.getUint16(0, true);
  if (family === AF_UNIX) return { family: "unix", path: decodePath(bytes.subarray(FAMILY_BYTES, length)) };
  if (family === AF_INET) {
    return { family: "inet", address: bytes.subarray(4, 8).join("."), port: view.getUint16(2) };
  }
  if (family !== AF_INET6) return null;
  const words = Array.from({ length: 8 }, (_, i) =>
    view.getUint16(INET6_ADDRESS_OFFSET + 2 * i).toString(16),
  );
  // The shortest way to write it is the URL parser's business.
  const address = new URL(`http://[${words.join(":")}]`).hostname.slice(1, -1);
  return { family: "inet6", address, port: view.getUint16(2) };
}

function decodePath(name: Uint8Array): string {
  const text = Buffer.from(name).toString();
  return text.startsWith("\0") ? text : (text.split("\0")[0] ?? "");
}
