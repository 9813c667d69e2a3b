import { internetChecksum } from "./checksum.ts";

/** An IPv4 header, field by field. RFC 791, section 3.1 */
export interface Ipv4Header {
  /** Bytes of the header itself: 20, or up to 60 with options. */
  headerBytes: number;
  /** Type of service: what routers may treat it as. */
  typeOfService: number;
  /** Bytes of header and everything in it. */
  totalBytes: number;
  /** Tells the fragments of one packet from those of another. */
  identification: number;
  dontFragment: boolean;
  moreFragments: boolean;
  /** Where in the whole packet this fragment begins, in bytes. */
  fragmentOffset: number;
  /** Routers that it may still pass. */
  timeToLive: number;
  /** What is inside: 6 is TCP. */
  protocol: number;
  checksum: number;
  checksumIsRight: boolean;
  source: string;
  destination: string;
}

export const PROTOCOL_TCP = 6;
const LEAST_HEADER_BYTES = 20;

/** The header at the beginning of `bytes`; `null` if it is none, or cut. */
export function decodeIpv4Header(bytes: Uint8Array): Ipv4Header | null {
  if (bytes.length < LEAST_HEADER_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headerBytes = (view.getUint8(0) & 0x0f) * 4;
  if (view.getUint8(0) >> 4 !== 4 || headerBytes < LEAST_HEADER_BYTES || headerBytes > bytes.length)
    return null;
  const fragment = view.getUint16(6);
  return {
    headerBytes,
    typeOfService: view.getUint8(1),
    totalBytes: view.getUint16(2),
    identification: view.getUint16(4),
    dontFragment: (fragment & 0x4000) !== 0,
    moreFragments: (fragment & 0x2000) !== 0,
    fragmentOffset: (fragment & 0x1fff) * 8,
    timeToLive: view.getUint8(8),
    protocol: view.getUint8(9),
    checksum: view.getUint16(10),
    // Over the header with its checksum in place, the sum comes to nothing.
    checksumIsRight: internetChecksum(bytes.subarray(0, headerBytes)) === 0,
    source: bytes.subarray(12, 16).join("."),
    destination: bytes.subarray(16, 20).join("."),
  };
}
