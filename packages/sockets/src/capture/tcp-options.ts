/** One option of a TCP header. `unknown` keeps what is not decoded, and what claims to be longer than it is. */
export type TcpOption =
  /** The largest segment that the sender of this option wants to receive. Only in SYN. RFC 9293, section 3.7.1 */
  | { kind: "mss"; bytes: number }
  /** Windows of the sender of this option count in units of 2^shift bytes. Only in SYN. RFC 7323, section 2 */
  | { kind: "window-scale"; shift: number }
  /** Selective acknowledgements may be sent. Only in SYN. RFC 2018 */
  | { kind: "sack-permitted" }
  /** What came although something before it is missing: from, up to and without. RFC 2018 */
  | { kind: "sack"; blocks: [from: number, to: number][] }
  /** The sender's clock, and what it last saw of the other's. RFC 7323, section 3 */
  | { kind: "timestamps"; value: number; echo: number }
  | { kind: "no-operation" }
  | { kind: "end" }
  | { kind: "unknown"; number: number; bytes: Uint8Array };

// Source: iana.org/assignments/tcp-parameters.
const END = 0;
const NO_OPERATION = 1;
const MSS = 2;
const WINDOW_SCALE = 3;
const SACK_PERMITTED = 4;
const SACK = 5;
const TIMESTAMPS = 8;

/** The options of a header, in order. Whatever the bytes are, it comes to an end. */
export function decodeTcpOptions(bytes: Uint8Array): TcpOption[] {
  const options: TcpOption[] = [];
  for (let at = 0; at < bytes.length; ) {
    const number = bytes[at] as number;
    // Two options have no length: they are a byte each, one to pad and one to stop.
    if (number === END) return [...options, { kind: "end" }];
    if (number === NO_OPERATION) {
      options.push({ kind: "no-operation" });
      at += 1;
      continue;
    }
    const length = bytes[at + 1] ?? 0;
    if (length < 2 || at + length > bytes.length)
      return [...options, { kind: "unknown", number, bytes: bytes.subarray(at + 1) }];
    options.push(decodeOne(number, bytes.subarray(at + 2, at + length)));
    at += length;
  }
  return options;
}

function decodeOne(number: number, value: Uint8Array): TcpOption {
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  if (number === MSS && value.length === 2) return { kind: "mss", bytes: view.getUint16(0) };
  if (number === WINDOW_SCALE && value.length === 1) return { kind: "window-scale", shift: view.getUint8(0) };
  if (number === SACK_PERMITTED && value.length === 0) return { kind: "sack-permitted" };
  if (number === TIMESTAMPS && value.length === 8)
    return { kind: "timestamps", value: view.getUint32(0), echo: view.getUint32(4) };
  if (number === SACK && value.length > 0 && value.length % 8 === 0) {
    const blocks = Array.from({ length: value.length / 8 }, (_, i): [number, number] => [
      view.getUint32(i * 8),
      view.getUint32(i * 8 + 4),
    ]);
    return { kind: "sack", blocks };
  }
  return { kind: "unknown", number, bytes: value };
}

/** An option in a few words: `mss 65495`. */
export function tcpOptionWords(option: TcpOption): string {
  switch (option.kind) {
    case "mss":
      return `mss ${option.bytes}`;
    case "window-scale":
      return `window scale ${option.shift} (× ${2 ** option.shift})`;
    case "sack-permitted":
      return "SACK permitted";
    case "sack":
      return `SACK ${option.blocks.map(([from, to]) => `${from} to ${to}`).join(", ")}`;
    case "timestamps":
      return `timestamps ${option.value}, echo ${option.echo}`;
    case "unknown":
      return `option ${option.number}, ${option.bytes.length} B`;
    default:
      return option.kind;
  }
}
