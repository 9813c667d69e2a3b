import { internetChecksum, pseudoHeaderSum } from "./checksum.ts";
import { PROTOCOL_TCP } from "./ipv4-header.ts";
import { TCP_FLAGS, TCP_HEADER_BYTES, type TcpFlag } from "./tcp-header.ts";

export interface SegmentToBuild {
  /** IPv4 addresses, for the pseudo-header: IP itself is added by whoever sends it. */
  source: string;
  destination: string;
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  acknowledgement?: number;
  flags: readonly TcpFlag[];
  window?: number;
}

/** The 20 bytes of a segment without options and data, with their checksum. RFC 9293, section 3.1 */
export function buildSegment(segment: SegmentToBuild): Uint8Array {
  const view = new DataView(new ArrayBuffer(TCP_HEADER_BYTES));
  view.setUint16(0, segment.sourcePort);
  view.setUint16(2, segment.destinationPort);
  view.setUint32(4, segment.sequence);
  view.setUint32(8, segment.acknowledgement ?? 0);
  view.setUint8(12, (TCP_HEADER_BYTES / 4) << 4);
  const bits = TCP_FLAGS.map((flag, i) => (segment.flags.includes(flag) ? 0x80 >> i : 0));
  view.setUint8(
    13,
    bits.reduce((all, bit) => all | bit, 0),
  );
  view.setUint16(14, segment.window ?? 0xffff);
  const bytes = new Uint8Array(view.buffer);
  const pseudo = { ...segment, protocol: PROTOCOL_TCP, segmentBytes: bytes.length };
  view.setUint16(16, internetChecksum(bytes, pseudoHeaderSum(pseudo)));
  return bytes;
}
