/** The sum of 16-bit words in which a carry comes in again at the low end. RFC 1071 */
export function onesComplementSum(bytes: Uint8Array, initial = 0): number {
  let sum = initial;
  for (let i = 0; i < bytes.length; i += 2) {
    // An odd last byte is the high half of a word.
    sum += ((bytes[i] as number) << 8) | (bytes[i + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  return sum;
}

/** The Internet's checksum: that sum, inverted. 0 over bytes that hold their own right checksum. RFC 1071 */
export function internetChecksum(bytes: Uint8Array, initial = 0): number {
  return ~onesComplementSum(bytes, initial) & 0xffff;
}

/** What TCP sums up before its own bytes, so that a segment at the wrong host is noticed. RFC 9293, section 3.1 */
export interface PseudoHeader {
  source: string;
  destination: string;
  protocol: number;
  /** Bytes of the TCP segment, header and data. */
  segmentBytes: number;
}

/** The sum of the pseudo-header: the initial value for the sum of the segment. */
export function pseudoHeaderSum({ source, destination, protocol, segmentBytes }: PseudoHeader): number {
  const addresses = Uint8Array.from([...source.split("."), ...destination.split(".")], Number);
  return onesComplementSum(addresses, protocol + segmentBytes);
}

/**
 * How a captured checksum stands.
 * - `right`: it is the sum over pseudo-header, header and data.
 * - `unfinished`: it is the sum of the pseudo-header alone. The kernel left the rest to the network card; on
 *   `lo` there is none, and nobody ever does it: what never leaves the memory is not checked.
 * - `wrong`: neither.
 * - `unknown`: the capture does not have all bytes of the segment.
 */
export type ChecksumState = "right" | "unfinished" | "wrong" | "unknown";

const CHECKSUM_OFFSET = 16;

/** Verify the checksum of a TCP segment; `segment` is as much of it as was captured. */
export function tcpChecksumState(segment: Uint8Array, pseudo: PseudoHeader): ChecksumState {
  const initial = pseudoHeaderSum(pseudo);
  const field = ((segment[CHECKSUM_OFFSET] as number) << 8) | (segment[CHECKSUM_OFFSET + 1] as number);
  if (segment.length === pseudo.segmentBytes && internetChecksum(segment, initial) === 0) return "right";
  if (field === initial) return "unfinished";
  return segment.length < pseudo.segmentBytes ? "unknown" : "wrong";
}
