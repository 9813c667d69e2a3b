import type { Format } from "./job.ts";

/** What a round is made of: about so many bytes, in at most so many chunks, but always whole messages. */
const ROUND_BYTES = 2 ** 20;
const ROUND_CHUNKS = 2 ** 14;

/** How many messages a round has. */
export function messagesIn(size: number, chunk: number): number {
  return Math.max(1, Math.floor(Math.min(ROUND_BYTES, ROUND_CHUNKS * chunk) / size));
}

/** Messages of printable characters, each a little different, so that every contender may carry them. */
export function messagesOf(size: number, count: number): Buffer[] {
  return Array.from({ length: count }, (_, i) => {
    const message = Buffer.allocUnsafeSlow(size);
    for (let at = 0; at < size; at++) message[at] = 0x21 + ((i * 31 + at * 7) % 90);
    return message;
  });
}

/** The bytes of all messages in a format, written here and by none of the contenders. */
export function wireOf(format: Format, messages: readonly Buffer[]): Buffer {
  const tail = format === "lines" ? [Buffer.from("\n")] : [];
  return Buffer.concat(messages.flatMap((message) => [header(format, message.length), message, ...tail]));
}

function header(format: Format, length: number): Buffer {
  const bytes: number[] = [];
  const number = (value: number, size: number) => {
    for (let i = size - 1; i >= 0; i--) bytes.push(Math.floor(value / 256 ** i) % 256);
  };
  if (format === "length") number(length, 4);
  if (format === "varint") {
    let rest = length;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
    bytes.push(rest);
  }
  if (format === "pg") {
    // CopyData: a letter, and a length that counts itself.
    bytes.push(0x64);
    number(length + 4, 4);
  }
  if (format === "ws") {
    // A whole binary message without a mask, as servers send it. RFC 6455, section 5.2
    bytes.push(0x82, length < 126 ? length : length < 65_536 ? 126 : 127);
    if (length >= 126) number(length, length < 65_536 ? 2 : 8);
  }
  return Buffer.from(bytes);
}

export function chunksOf(wire: Buffer, chunk: number): Buffer[] {
  return Array.from({ length: Math.ceil(wire.length / chunk) }, (_, i) =>
    wire.subarray(i * chunk, (i + 1) * chunk),
  );
}
