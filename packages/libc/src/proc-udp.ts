import { readFileSync } from "node:fs";

/** One line of `/proc/net/udp`. proc_pid_net(5) */
export interface UdpSocketLine {
  localPort: number;
  /** Bytes that came and were not read, with the kernel's book-keeping. */
  receiveQueue: number;
  /** As in `socket:[…]` of /proc/PID/fd. */
  inode: number;
  /** Datagrams that came for this socket and were thrown away. */
  drops: number;
}

/** The UDP sockets over IPv4 of this network namespace, or those bound to one port. No privilege needed. */
export function udpSockets(port?: number): UdpSocketLine[] {
  const rows = readFileSync("/proc/self/net/udp", "utf8").trimEnd().split("\n").slice(1).map(parseRow);
  return port === undefined ? rows : rows.filter(({ localPort }) => localPort === port);
}

function parseRow(row: string): UdpSocketLine {
  const fields = row.trim().split(/\s+/);
  const hex = (text = "", part: number) => Number.parseInt(text.split(":")[part] ?? "", 16);
  return {
    localPort: hex(fields[1], 1),
    receiveQueue: hex(fields[4], 1),
    inode: Number(fields[9]),
    drops: Number(fields[12]),
  };
}
