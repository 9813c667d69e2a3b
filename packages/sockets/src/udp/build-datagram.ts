import { internetChecksum, pseudoHeaderSum } from "../capture/checksum.ts";
import { UDP_HEADER_BYTES } from "../limits.ts";
import type { UdpAddress } from "./address.ts";

const IPPROTO_UDP = 17;
const LENGTH_OFFSET = 4;
const CHECKSUM_OFFSET = 6;

/** A UDP datagram over IPv4 with its right checksum, header first: for a raw socket. RFC 768 */
export function buildDatagram(from: UdpAddress, to: UdpAddress, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(UDP_HEADER_BYTES + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, from.port);
  view.setUint16(2, to.port);
  view.setUint16(LENGTH_OFFSET, bytes.length);
  bytes.set(data, UDP_HEADER_BYTES);
  const pseudo = pseudoHeaderSum({
    source: from.address,
    destination: to.address,
    protocol: IPPROTO_UDP,
    segmentBytes: bytes.length,
  });
  // A sum of 0 is sent as its twin, because 0 says that there is no checksum.
  view.setUint16(CHECKSUM_OFFSET, internetChecksum(bytes, pseudo) || 0xffff);
  return bytes;
}
