import { readFileSync } from "node:fs";
import { SCM_MAX_FD, UNIX_PATH_MAX_BYTES } from "@ipc-playground/libc";

/** A limit that the kernel keeps in a file. Those under net/ are per network namespace, most of them. */
export interface KernelLimit {
  /** The file to read, and for an administrator to write. */
  readonly file: string;
  readonly unit: string;
  /** What it limits, to follow "at most". */
  readonly limits: string;
}

/** Source: socket(7), tcp(7), unix(7), and Documentation/admin-guide/sysctl/net.rst of Linux. Linux values beside each. */
export const SOCKET_LIMITS = {
  /** 212992. What SO_RCVBUF gives before it is set. */
  receiveDefault: {
    file: "/proc/sys/net/core/rmem_default",
    unit: "bytes",
    limits: "wait in a socket's receive buffer, book-keeping included, unless it was set",
  },
  /** 212992. */
  sendDefault: {
    file: "/proc/sys/net/core/wmem_default",
    unit: "bytes",
    limits: "wait in a socket's send buffer, book-keeping included, unless it was set",
  },
  /** 212992. setsockopt(2) cuts SO_RCVBUF to it without a word, and then doubles it. */
  receiveMax: {
    file: "/proc/sys/net/core/rmem_max",
    unit: "bytes",
    limits: "may be asked for with SO_RCVBUF",
  },
  /** As receiveMax. */
  sendMax: { file: "/proc/sys/net/core/wmem_max", unit: "bytes", limits: "may be asked for with SO_SNDBUF" },
  /** 4096; 128 before Linux 5.4. A longer backlog is cut to it without a word. listen(2) */
  backlog: {
    file: "/proc/sys/net/core/somaxconn",
    unit: "connections",
    limits: "wait to be accepted, whatever listen(2) asked for",
  },
  /** 10. The kernel looks whether more are there, not as many: the eleventh still gets in. */
  unixDatagrams: {
    file: "/proc/sys/net/unix/max_dgram_qlen",
    unit: "datagrams",
    limits: "and one more wait in a Unix datagram socket before its senders sleep",
  },
} as const satisfies Record<string, KernelLimit>;

/** The limit's number in its unit, or `null` where this kernel has no such file. */
export function readSocketLimit(limit: KernelLimit): number | null {
  try {
    return Number(readFileSync(limit.file, "utf8"));
  } catch {
    return null;
  }
}

/** Longest path of a Unix socket, in bytes: 108 with the NUL. Linux value. Source: unix(7), UNIX_PATH_MAX. */
export const UNIX_PATH_BYTES = UNIX_PATH_MAX_BYTES;

/** Longest abstract name, in bytes after its leading NUL: it needs no NUL at its end. Linux. Source: unix(7). */
export const ABSTRACT_NAME_BYTES = 107;

/** Most descriptors in one message. Linux value. Source: unix(7), SCM_MAX_FD. */
export const DESCRIPTORS_PER_MESSAGE = SCM_MAX_FD;

/** Bytes of the headers that every packet has, without options. Source: RFC 791, RFC 768, RFC 9293. */
export const IPV4_HEADER_BYTES = 20;
export const UDP_HEADER_BYTES = 8;
export const TCP_MIN_HEADER_BYTES = 20;

/** Longest payload of one UDP datagram over IPv4, in bytes: 65,535 less both headers. Source: RFC 768, udp(7). */
export const UDP_IPV4_BYTES = 65_535 - IPV4_HEADER_BYTES - UDP_HEADER_BYTES;

/** The same over IPv6, whose length field does not count its own header. Source: RFC 8200. */
export const UDP_IPV6_BYTES = 65_535 - UDP_HEADER_BYTES;
