/** From the highest bit of its byte to the lowest. */
export const FLAGS = ["CWR", "ECE", "URG", "ACK", "PSH", "RST", "SYN", "FIN"] as const;

export interface Decoded {
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  acknowledgement: number;
  /** Those that are set, in the order of {@link FLAGS}. */
  flags: string[];
  window: number;
  data: Uint8Array;
}

/** Take a TCP segment apart: header, options, data. */
export function decodeSegment(bytes: Uint8Array): Decoded {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const set = view.getUint8(13);
  return {
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    sequence: view.getUint32(4),
    acknowledgement: view.getUint32(8),
    flags: FLAGS.filter((_, i) => (set & (0x80 >> i)) !== 0),
    window: view.getUint16(14),
    // The upper half of the byte counts words of 4 bytes, options and all.
    data: bytes.subarray((view.getUint8(12) >> 4) * 4),
  };
}
