/** An Ethernet header. `lo` has one, too, with nothing in its addresses. IEEE 802.3; linux/if_ether.h */
export interface LinkHeader {
  destination: string;
  source: string;
  /** What is inside: 0x0800 is IPv4. */
  etherType: number;
}

export const LINK_HEADER_BYTES = 14;
export const ETHERTYPE_IPV4 = 0x0800;
const ADDRESS_BYTES = 6;

/** The first 14 bytes of a frame; `null` if there are fewer. */
export function decodeLinkHeader(frame: Uint8Array): LinkHeader | null {
  if (frame.length < LINK_HEADER_BYTES) return null;
  return {
    destination: hardwareAddress(frame, 0),
    source: hardwareAddress(frame, ADDRESS_BYTES),
    etherType: (byteAt(frame, 12) << 8) | byteAt(frame, 13),
  };
}

function hardwareAddress(frame: Uint8Array, at: number): string {
  const bytes = [...frame.subarray(at, at + ADDRESS_BYTES)];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}
