import { decodeTcpOptions, type TcpOption } from "./tcp-options.ts";

/** From the highest bit of the byte to the lowest, as the header is drawn. RFC 9293, section 3.1 */
export const TCP_FLAGS = ["CWR", "ECE", "URG", "ACK", "PSH", "RST", "SYN", "FIN"] as const;
export type TcpFlag = (typeof TCP_FLAGS)[number];

/** A TCP header, field by field. RFC 9293, section 3.1 */
export interface TcpHeader {
  sourcePort: number;
  destinationPort: number;
  /** Number of the first byte of data; of SYN itself, if it is set. */
  sequence: number;
  /** The number that the sender expects next. Means nothing without the flag ACK. */
  acknowledgement: number;
  /** Bytes of the header itself: 20, or up to 60 with options. The field counts words of 4 bytes. */
  headerBytes: number;
  /** Four bits for later. */
  reserved: number;
  flags: readonly TcpFlag[];
  /** What the sender will take, in units of its window scale (in SYN: bytes). */
  window: number;
  checksum: number;
  urgentPointer: number;
  options: readonly TcpOption[];
}

/** Length of the header without options, in bytes. */
export const TCP_HEADER_BYTES = 20;

/** The header at the beginning of `bytes`; `null` if there are too few, or its length is impossible. */
export function decodeTcpHeader(bytes: Uint8Array): TcpHeader | null {
  if (bytes.length < TCP_HEADER_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headerBytes = (view.getUint8(12) >> 4) * 4;
  if (headerBytes < TCP_HEADER_BYTES || headerBytes > bytes.length) return null;
  const flags = view.getUint8(13);
  return {
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    sequence: view.getUint32(4),
    acknowledgement: view.getUint32(8),
    headerBytes,
    reserved: view.getUint8(12) & 0x0f,
    flags: TCP_FLAGS.filter((_, i) => (flags & (0x80 >> i)) !== 0),
    window: view.getUint16(14),
    checksum: view.getUint16(16),
    urgentPointer: view.getUint16(18),
    options: decodeTcpOptions(bytes.subarray(TCP_HEADER_BYTES, headerBytes)),
  };
}
