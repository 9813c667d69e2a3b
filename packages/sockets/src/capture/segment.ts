import type { Packet } from "./packet.ts";
import type { TcpFlag } from "./tcp-header.ts";

/** A packet that passed by, and when. */
export interface Captured {
  packet: Packet;
  /** CLOCK_MONOTONIC in ns, when it left. */
  t: number;
  /** When it arrived; absent if that was not seen. */
  arrived?: number;
}

/** A segment with the numbers that a person reads: those of its connection count from its SYN. */
export interface Segment extends Captured {
  /** `SYN+ACK`, `FIN+ACK`, `ACK`; `100 bytes` if it carries data. */
  name: string;
  /** Since the SYN of its sender, which is 0. */
  relativeSequence: number;
  /** Since the SYN of its receiver; `null` without the flag ACK. */
  relativeAcknowledgement: number | null;
}

/** The flags of a segment that make it what it is. PSH and the like only go along. */
const TELLING: readonly TcpFlag[] = ["SYN", "FIN", "RST", "ACK"];

export function segmentName({ tcp, payloadBytes }: Pick<Packet, "tcp" | "payloadBytes">): string {
  const telling = TELLING.filter((flag) => tcp.flags.includes(flag));
  if (payloadBytes === 0) return telling.join("+") || "no flags";
  const more = telling.filter((flag) => flag !== "ACK").map((flag) => `+${flag}`);
  return `${payloadBytes} byte${payloadBytes === 1 ? "" : "s"}${more.join("")}`;
}

const WRAPS = 2 ** 32;

/** How far `number` is past `base`, where numbers begin again after 2^32 - 1. A little before it is negative. */
export function sequenceDistance(base: number, number: number): number {
  const distance = (number - base + WRAPS) % WRAPS;
  return distance < WRAPS / 2 ? distance : distance - WRAPS;
}

/**
 * Name the segments of a capture, and count their numbers from each side's SYN. Where the capture began
 * later, from the first number that was seen.
 */
export function segmentsOf(captured: readonly Captured[]): Segment[] {
  const bases = new Map<string, number>();
  return captured.map((one) => {
    const { tcp } = one.packet;
    const from = `${tcp.sourcePort}>${tcp.destinationPort}`;
    const back = `${tcp.destinationPort}>${tcp.sourcePort}`;
    const hasAck = tcp.flags.includes("ACK");
    if (tcp.flags.includes("SYN")) {
      // A SYN without ACK begins a conversation, also one of the same two ports as an earlier one.
      if (!hasAck) bases.delete(back);
      bases.set(from, tcp.sequence);
    }
    if (!bases.has(from)) bases.set(from, tcp.flags.includes("RST") ? tcp.sequence : tcp.sequence - 1);
    if (hasAck && !bases.has(back)) bases.set(back, tcp.acknowledgement - 1);
    return {
      ...one,
      name: segmentName(one.packet),
      relativeSequence: sequenceDistance(bases.get(from) as number, tcp.sequence),
      relativeAcknowledgement: hasAck
        ? sequenceDistance(bases.get(back) as number, tcp.acknowledgement)
        : null,
    };
  });
}

/** The numbers of a segment in a few words: `seq 0 = 1,835,008,123, ack 1`. The absolute one is told with SYN. */
export function segmentNumbers(segment: Segment): string {
  const { tcp } = segment.packet;
  const absolute = tcp.flags.includes("SYN") ? ` = ${tcp.sequence.toLocaleString("en-US")}` : "";
  const ack = segment.relativeAcknowledgement;
  return [
    `seq ${segment.relativeSequence}${absolute}`,
    ...(ack === null ? [] : [`ack ${ack}`]),
    ...(tcp.window === 0 && !tcp.flags.includes("RST") ? ["window 0"] : []),
  ].join(", ");
}
