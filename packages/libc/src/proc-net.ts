import { readFileSync } from "node:fs";

/** States of TCP by the kernel's number, 1 to 12. Source: net/tcp_states.h. */
export const TCP_STATES = [
  "",
  "ESTABLISHED",
  "SYN_SENT",
  "SYN_RECV",
  "FIN_WAIT1",
  "FIN_WAIT2",
  "TIME_WAIT",
  "CLOSE",
  "CLOSE_WAIT",
  "LAST_ACK",
  "LISTEN",
  "CLOSING",
  "NEW_SYN_RECV",
] as const;
export type TcpState = (typeof TCP_STATES)[number];

/** What a socket's timer waits for: `persist` probes a window of 0. */
const TIMERS = ["none", "retransmit", "keepalive", "timewait", "persist"] as const;

/** One line of `/proc/net/tcp`. proc_pid_net(5) */
export interface TcpSocket {
  localAddress: string;
  localPort: number;
  remoteAddress: string;
  remotePort: number;
  state: TcpState;
  /** Bytes that were sent and not acknowledged. */
  sendQueue: number;
  /** Bytes that came and were not read; for a listener, connections that were not accepted. */
  receiveQueue: number;
  timer: (typeof TIMERS)[number];
  /** Milliseconds until the timer goes off; 0 without one. */
  timerMs: number;
  uid: number;
  /** As in `socket:[…]` of /proc/PID/fd; 0 for one that no process has any more. */
  inode: number;
}

// USER_HZ, whatever the kernel's own clock does. Source: asm-generic/param.h.
const MS_PER_TICK = 10;

/** The TCP sockets over IPv4 of this network namespace, or those of one port (on either side). No privilege needed. */
export function tcpSockets(port?: number): TcpSocket[] {
  const rows = readFileSync("/proc/self/net/tcp", "utf8").trimEnd().split("\n").slice(1).map(parseRow);
  return port === undefined
    ? rows
    : rows.filter(({ localPort, remotePort }) => localPort === port || remotePort === port);
}

function parseRow(row: string): TcpSocket {
  const [, local = "", remote = "", state = "", queues = "", timer = "", , uid, , inode] = row
    .trim()
    .split(/\s+/);
  const [localAddress, localPort] = parseAddress(local);
  const [remoteAddress, remotePort] = parseAddress(remote);
  const [sendQueue = "", receiveQueue = ""] = queues.split(":");
  const [timerKind = "", ticks = ""] = timer.split(":");
  return {
    localAddress,
    localPort,
    remoteAddress,
    remotePort,
    state: TCP_STATES[hex(state)] ?? "",
    sendQueue: hex(sendQueue),
    receiveQueue: hex(receiveQueue),
    timer: TIMERS[hex(timerKind)] ?? "none",
    timerMs: hex(ticks) * MS_PER_TICK,
    uid: Number(uid),
    inode: Number(inode),
  };
}

/** `0100007F:1F90`: the address as a number of this machine's byte order, the port as it is written. */
function parseAddress(text: string): [address: string, port: number] {
  const [address = "", port = ""] = text.split(":");
  return [Buffer.from(address, "hex").reverse().join("."), hex(port)];
}

function hex(digits: string): number {
  return Number.parseInt(digits, 16);
}

/**
 * The counters of `/proc/net/netstat` and `/proc/net/snmp`, by group and name: `TcpExt.ListenOverflows`,
 * `Udp.RcvbufErrors`. They only grow: compare two readings.
 */
export function networkCounters(): Map<string, number> {
  const counters = new Map<string, number>();
  for (const file of ["netstat", "snmp"]) {
    const lines = readFileSync(`/proc/self/net/${file}`, "utf8").trimEnd().split("\n");
    for (let i = 0; i + 1 < lines.length; i += 2) {
      const [group = "", ...names] = (lines[i] as string).split(" ");
      const [, ...values] = (lines[i + 1] as string).split(" ");
      for (const [place, name] of names.entries()) {
        counters.set(`${group.slice(0, -1)}.${name}`, Number(values[place]));
      }
    }
  }
  return counters;
}
