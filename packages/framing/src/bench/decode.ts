import type { Transform, Writable } from "node:stream";
import type { Decoder } from "../codec.ts";
import { decodeStream } from "../decode-stream.ts";
import { frames } from "../frames.ts";
import { lengthPrefixed } from "../length-prefixed.ts";
import { lines } from "../lines.ts";
import type { Give } from "./sink.ts";

/** Takes all chunks once. Frames may come a little later. */
export type Round = (chunks: readonly Buffer[]) => void | Promise<void>;

// Written once for each decoder: a codec that is passed in is a place where the engine cannot inline.

/** How each contender is used at its fastest. Packages are loaded by who needs them. */
export const DECODE: Record<string, (give: Give) => Round | Promise<Round>> = {
  "lengthPrefixed()": (give) => synchronous(lengthPrefixed().decoder(), give),
  "lengthPrefixed() varint": (give) => synchronous(lengthPrefixed({ bytes: "varint" }).decoder(), give),
  "lines()": (give) => synchronous(lines().decoder(), give),
  "frames()": (give) => async (chunks) => {
    for await (const batch of frames(chunks, lengthPrefixed()))
      for (const frame of batch) give(frame as never);
  },
  "frames() async": (give) => async (chunks) => {
    for await (const batch of frames(source(chunks), lengthPrefixed()))
      for (const frame of batch) give(frame as never);
  },
  "lines() frames()": (give) => async (chunks) => {
    for await (const batch of frames(chunks, lines())) for (const line of batch) give(line as never);
  },
  "decodeStream()": (give) => streamed(decodeStream(lengthPrefixed()), give),
  "lines() decodeStream()": (give) => streamed(decodeStream(lines()), give),
  "pg-protocol": async (give) => {
    const { Parser } = await import("pg-protocol/dist/parser.js");
    const parser = new Parser();
    const take = (message: unknown) => give((message as { chunk: never }).chunk);
    return (chunks) => {
      for (const chunk of chunks) parser.parse(chunk, take);
    };
  },
  "Buffer.concat": (give) => {
    let rest = Buffer.alloc(0);
    return (chunks) => {
      for (const chunk of chunks) {
        rest = Buffer.concat([rest, chunk]);
        while (rest.length >= 4) {
          const end = 4 + rest.readUInt32BE(0);
          if (rest.length < end) break;
          give(rest.subarray(4, end) as never);
          rest = rest.subarray(end);
        }
      }
    };
  },
  "it-length-prefixed": async (give) => {
    const { decode } = await import("it-length-prefixed");
    return (chunks) => {
      for (const list of decode(chunks)) give(list.subarray() as never);
    };
  },
  "it-length-prefixed async": async (give) => {
    const { decode } = await import("it-length-prefixed");
    return async (chunks) => {
      for await (const list of decode(source(chunks))) give(list.subarray() as never);
    };
  },
  "frame-stream": async (give) => streamed((await import("frame-stream")).default.decode(), give),
  "length-prefixed-stream": async (give) =>
    streamed((await import("length-prefixed-stream")).default.decode(), give),
  split2: async (give) => streamed((await import("split2")).default(), give),
  ws: async (give) => {
    const { Receiver } = (await import("ws")) as unknown as WsParts;
    const receiver = new Receiver({ isServer: false });
    receiver.on("message", give as never);
    return writeAll(receiver);
  },
};

/** What ws exports and its types do not say, as far as it is used here. */
export interface WsParts {
  Receiver: new (options: { isServer: boolean }) => Writable;
  Sender: {
    frame(
      message: Buffer,
      options: { fin: boolean; opcode: number; mask: boolean; readOnly: boolean; rsv1: boolean },
    ): Buffer[];
  };
}

function synchronous(decoder: Decoder<Uint8Array | string>, give: Give): Round {
  return (chunks) => {
    for (const chunk of chunks) {
      decoder.push(chunk);
      for (let frame = decoder.next(); frame !== null; frame = decoder.next()) give(frame as never);
    }
  };
}

async function* source(chunks: readonly Buffer[]): AsyncGenerator<Buffer, void, undefined> {
  for (const chunk of chunks) yield chunk;
}

/** A stream that flows gives each frame at once, inside of write. */
export async function streamed(stream: Transform, give: Give): Promise<Round> {
  stream.on("data", give as never);
  await new Promise(setImmediate);
  return writeAll(stream);
}

/** Without waiting for drain, which costs each of them more. */
function writeAll(stream: Writable): Round {
  return (chunks) => {
    for (const chunk of chunks) stream.write(chunk);
  };
}
