import { bind, withErrno } from "./binding.ts";
import { addressOf } from "./memory.ts";
import {
  decodeSocketAddress,
  encodeSocketAddress,
  SOCKADDR_BYTES,
  type SocketAddress,
} from "./socket-address.ts";
import type { PeerCredentials } from "./socket-option.ts";

const c = {
  send: bind<(fd: number, bytes: Uint8Array, count: number, flags: number) => number>(
    "ssize_t send(int sockfd, const void *buf, size_t len, int flags)",
  ),
  recv: bind<(fd: number, buffer: Uint8Array, count: number, flags: number) => number>(
    "ssize_t recv(int sockfd, void *buf, size_t len, int flags)",
  ),
  sendto: bind<
    (fd: number, bytes: Uint8Array, count: number, flags: number, to: Uint8Array, length: number) => number
  >(
    "ssize_t sendto(int sockfd, const void *buf, size_t len, int flags, const void *dest, unsigned int addrlen)",
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
  sendmsg: bind<(fd: number, message: Uint8Array, flags: number) => number>(
    "ssize_t sendmsg(int sockfd, const void *msg, int flags)",
  ),
  recvmsg: bind<(fd: number, message: Uint8Array, flags: number) => number>(
    "ssize_t recvmsg(int sockfd, void *msg, int flags)",
  ),
};

// Source: linux/socket.h.
/** Look, and leave it there. */
export const MSG_PEEK = 0x2;
/** Reported: descriptors or credentials that came along did not fit, and are gone. */
export const MSG_CTRUNC = 0x8;
/** Asked for: return the whole length of a datagram. Reported: it was cut. */
export const MSG_TRUNC = 0x20;
/** Do not sleep, for this call. */
export const MSG_DONTWAIT = 0x40;
/** An error is enough: send no SIGPIPE. Node ignores SIGPIPE anyway. */
export const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x40000000;

/** send(2). Returns the bytes taken, or `-errno`. */
export function send(fd: number, bytes: Uint8Array, flags = 0): number {
  return withErrno(c.send(fd, bytes, bytes.length, flags | MSG_NOSIGNAL));
}

/** recv(2). Returns the bytes that came, 0 at the end of a stream, or `-errno`. */
export function recv(fd: number, buffer: Uint8Array, flags = 0): number {
  return withErrno(c.recv(fd, buffer, buffer.length, flags));
}

/** sendto(2): one datagram to that address. Returns the bytes taken, or `-errno`. */
export function sendTo(fd: number, bytes: Uint8Array, to: SocketAddress, flags = 0): number {
  const address = encodeSocketAddress(to);
  return withErrno(c.sendto(fd, bytes, bytes.length, flags | MSG_NOSIGNAL, address, address.length));
}

export interface ReceivedFrom {
  /** Bytes in the buffer; with MSG_TRUNC, of the datagram as it was sent. */
  bytes: number;
  /** `null`: the sender has no address, or one of another family. */
  from: SocketAddress | null;
}

/** recvfrom(2): one datagram, and who sent it. What does not fit is lost. Or `-errno`. */
export function recvFrom(fd: number, buffer: Uint8Array, flags = 0): ReceivedFrom | number {
  const address = new Uint8Array(SOCKADDR_BYTES);
  const length = Uint32Array.of(SOCKADDR_BYTES);
  const bytes = withErrno(c.recvfrom(fd, buffer, buffer.length, flags, address, length));
  if (bytes < 0) return bytes;
  return { bytes, from: decodeSocketAddress(address, length[0] as number) };
}

const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const SCM_CREDENTIALS = 2;
/** `struct msghdr`, `struct iovec` and `struct cmsghdr` on 64-bit Linux, in bytes. */
const MSGHDR_BYTES = 56;
const IOVEC_BYTES = 16;
const CMSGHDR_BYTES = 16;
const FD_BYTES = 4;
/** Most descriptors in one message. Source: net/scm.h, SCM_MAX_FD. */
export const SCM_MAX_FD = 253;
const CREDENTIALS_BYTES = 12;

/** A `msghdr` with one piece of data and room for control messages. Its parts are kept alive by the caller. */
function messageHeader(data: Uint8Array, control: Uint8Array): { header: DataView; parts: Uint8Array[] } {
  const iovec = new DataView(new ArrayBuffer(IOVEC_BYTES));
  iovec.setBigUint64(0, addressOf(data), true);
  iovec.setBigUint64(8, BigInt(data.length), true);
  const header = new DataView(new ArrayBuffer(MSGHDR_BYTES));
  const pieces = new Uint8Array(iovec.buffer);
  header.setBigUint64(16, addressOf(pieces), true);
  header.setBigUint64(24, 1n, true);
  if (control.length > 0) header.setBigUint64(32, addressOf(control), true);
  header.setBigUint64(40, BigInt(control.length), true);
  return { header, parts: [data, pieces, control] };
}

const align = (bytes: number) => (bytes + 7) & ~7;

/**
 * sendmsg(2) with descriptors: the receiver gets descriptors of its own for the same open files. At
 * least one byte must go with them. Returns the bytes taken, or `-errno`. unix(7), SCM_RIGHTS
 */
export function sendDescriptors(
  fd: number,
  bytes: Uint8Array,
  descriptors: readonly number[],
  flags = 0,
): number {
  const control = new Uint8Array(align(CMSGHDR_BYTES + FD_BYTES * descriptors.length));
  const view = new DataView(control.buffer);
  view.setBigUint64(0, BigInt(CMSGHDR_BYTES + FD_BYTES * descriptors.length), true);
  view.setInt32(8, SOL_SOCKET, true);
  view.setInt32(12, SCM_RIGHTS, true);
  for (const [i, one] of descriptors.entries()) view.setInt32(CMSGHDR_BYTES + FD_BYTES * i, one, true);
  const { header, parts } = messageHeader(bytes, control);
  const result = withErrno(c.sendmsg(fd, new Uint8Array(header.buffer), flags | MSG_NOSIGNAL));
  keep(parts);
  return result;
}

export interface ReceivedMessage {
  bytes: number;
  /** Descriptors that came along (close-on-exec). They are the caller's: close them. */
  descriptors: number[];
  /** Who sent it, where SO_PASSCRED is set. */
  credentials: PeerCredentials | null;
  /** MSG_TRUNC and other flags that the kernel reports. */
  flags: number;
}

/** recvmsg(2): data, and the descriptors and credentials that came with it. Or `-errno`. unix(7) */
export function receiveMessage(fd: number, buffer: Uint8Array, flags = 0): ReceivedMessage | number {
  const control = new Uint8Array(
    align(CMSGHDR_BYTES + FD_BYTES * SCM_MAX_FD) + align(CMSGHDR_BYTES + CREDENTIALS_BYTES),
  );
  const { header, parts } = messageHeader(buffer, control);
  const bytes = withErrno(c.recvmsg(fd, new Uint8Array(header.buffer), flags | MSG_CMSG_CLOEXEC));
  keep(parts);
  if (bytes < 0) return bytes;
  const used = Number(header.getBigUint64(40, true));
  return { bytes, ...decodeControl(control.subarray(0, used)), flags: header.getInt32(48, true) };
}

function decodeControl(control: Uint8Array): Pick<ReceivedMessage, "descriptors" | "credentials"> {
  const view = new DataView(control.buffer, control.byteOffset, control.length);
  const descriptors: number[] = [];
  let credentials: PeerCredentials | null = null;
  for (let at = 0; at + CMSGHDR_BYTES <= control.length; ) {
    const length = Number(view.getBigUint64(at, true));
    const type = view.getInt32(at + 12, true);
    const data = at + CMSGHDR_BYTES;
    if (type === SCM_RIGHTS) {
      for (let fd = data; fd < at + length; fd += FD_BYTES) descriptors.push(view.getInt32(fd, true));
    }
    if (type === SCM_CREDENTIALS) {
      credentials = {
        pid: view.getInt32(data, true),
        uid: view.getUint32(data + 4, true),
        gid: view.getUint32(data + 8, true),
      };
    }
    at += Math.max(align(length), CMSGHDR_BYTES);
  }
  return { descriptors, credentials };
}

/** Only addresses of these went into the kernel: to have them here keeps them from being collected before. */
function keep(parts: readonly Uint8Array[]): void {
  void parts.length;
}
