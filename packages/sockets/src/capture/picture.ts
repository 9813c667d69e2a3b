import type { Packet } from "./packet.ts";
import { segmentName } from "./segment.ts";
import { TCP_FLAGS, type TcpHeader } from "./tcp-header.ts";
import { tcpOptionWords } from "./tcp-options.ts";

/** A bit is two characters wide, as in the figures of the RFCs. */
const BIT_COLUMNS = 2;
const RULE = `+${"-+".repeat(32)}`;
const RULER = "0       4       8              16                             31";
/** The whole is 65 columns wide; what stands beside a word in the lists begins here. */
const LABEL_COLUMNS = 11;

/** The 20 bytes of the header as RFC 9293 draws them (figure 1), 32 bits a row, with the values in it. 65 columns. */
export function tcpHeaderPicture(header: TcpHeader): string {
  const flags = TCP_FLAGS.map((flag) => (header.flags.includes(flag) ? flag[0] : "·")).join(" ");
  return [
    RULER,
    RULE,
    row([16, `source port ${header.sourcePort}`], [16, `destination port ${header.destinationPort}`]),
    RULE,
    row([32, `sequence number ${header.sequence}`]),
    RULE,
    row([32, `acknowledgement number ${header.acknowledgement}`]),
    RULE,
    row(
      [4, `off. ${header.headerBytes / 4}`],
      [4, header.reserved.toString(2).padStart(4, "0")],
      [8, flags],
      [16, `window ${header.window}`],
    ),
    RULE,
    row(
      [16, `checksum 0x${header.checksum.toString(16).padStart(4, "0")}`],
      [16, `urgent ${header.urgentPointer}`],
    ),
    RULE,
  ].join("\n");
}

/** Fields of one row: how many bits, and what is written into them, in the middle. */
function row(...fields: [bits: number, text: string][]): string {
  const cells = fields.map(([bits, text]) => {
    const room = bits * BIT_COLUMNS - 1;
    const left = Math.max(0, Math.floor((room - text.length) / 2));
    return (" ".repeat(left) + text).padEnd(room).slice(0, room);
  });
  return `|${cells.join("|")}|`;
}

/** Options of the header, one a line; no line without options. */
export function tcpOptionLines(header: TcpHeader): string[] {
  const telling = header.options.filter(({ kind }) => kind !== "no-operation" && kind !== "end");
  return telling.map((option) => label("option", tcpOptionWords(option)));
}

/** A packet's four layers, a line each: how many bytes of it are whose. */
export function layerLines({ link, ip, tcp, checksum, payload, payloadBytes }: Packet): string[] {
  const text = Buffer.from(payload).toString("latin1", 0, 32);
  const shown = /^[\x20-\x7e]*$/.test(text) ? `"${text}"` : Buffer.from(text, "latin1").toString("hex");
  return [
    label("link", `14 B  ${link.source} to ${link.destination}, IPv4`),
    label(
      "IP",
      `${ip.headerBytes} B  ${ip.source} to ${ip.destination}, protocol ${ip.protocol}, ${ip.totalBytes} B in all`,
    ),
    label("TCP", `${tcp.headerBytes} B  ${segmentName({ tcp, payloadBytes })}, checksum ${checksum}`),
    label("application", payloadBytes === 0 ? "nothing" : `${payloadBytes} B  ${shown}`),
  ];
}

function label(name: string, text: string): string {
  return `${name.padEnd(LABEL_COLUMNS)} ${text}`;
}
