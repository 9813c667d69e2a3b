import { type ChecksumState, tcpChecksumState } from "./checksum.ts";
import { decodeIpv4Header, type Ipv4Header, PROTOCOL_TCP } from "./ipv4-header.ts";
import { decodeLinkHeader, ETHERTYPE_IPV4, LINK_HEADER_BYTES, type LinkHeader } from "./link-header.ts";
import { decodeTcpHeader, type TcpHeader } from "./tcp-header.ts";

/** A frame through its four layers: link, IP, TCP, and the application's bytes. */
export interface Packet {
  link: LinkHeader;
  ip: Ipv4Header;
  tcp: TcpHeader;
  checksum: ChecksumState;
  /** Bytes of data that the headers announce. */
  payloadBytes: number;
  /** As many of them as were captured. */
  payload: Uint8Array;
}

/** Decode a frame that was captured, perhaps not to its end. `null`: no TCP over IPv4, or no whole header of it. */
export function decodePacket(frame: Uint8Array): Packet | null {
  const link = decodeLinkHeader(frame);
  if (link?.etherType !== ETHERTYPE_IPV4) return null;
  const ip = decodeIpv4Header(frame.subarray(LINK_HEADER_BYTES));
  // Only the first fragment has a TCP header, and no part of a packet has its checksum.
  if (ip === null || ip.protocol !== PROTOCOL_TCP || ip.fragmentOffset > 0 || ip.moreFragments) return null;
  // A short frame is filled up on a real network: what counts is what IP says.
  const segment = frame.subarray(LINK_HEADER_BYTES + ip.headerBytes, LINK_HEADER_BYTES + ip.totalBytes);
  const tcp = decodeTcpHeader(segment);
  if (tcp === null) return null;
  const segmentBytes = ip.totalBytes - ip.headerBytes;
  return {
    link,
    ip,
    tcp,
    checksum: tcpChecksumState(segment, { ...ip, segmentBytes }),
    payloadBytes: segmentBytes - tcp.headerBytes,
    payload: segment.subarray(tcp.headerBytes),
  };
}
