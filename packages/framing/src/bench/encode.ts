import { lengthPrefixed } from "../length-prefixed.ts";
import { lines } from "../lines.ts";
import { type Round, streamed, type WsParts } from "./decode.ts";
import type { Give } from "./sink.ts";

/** How each contender makes bytes of messages. A message may become one piece or more. */
export const ENCODE: Record<string, (give: Give) => Round | Promise<Round>> = {
  "lengthPrefixed()": (give) => ours(lengthPrefixed(), give),
  "lengthPrefixed() varint": (give) => ours(lengthPrefixed({ bytes: "varint" }), give),
  "lines()": (give) => {
    const codec = lines();
    return asTexts((text) => {
      for (const part of codec.encode(text)) give(part as never);
    });
  },
  "naive line": (give) => asTexts((text) => give(Buffer.from(`${text}\n`) as never)),
  "pg-protocol": async (give) => {
    const { serialize } = await import("pg-protocol");
    return (messages) => {
      for (const message of messages) give(serialize.copyData(message) as never);
    };
  },
  "Buffer.concat": (give) => (messages) => {
    for (const message of messages) {
      const header = Buffer.alloc(4);
      header.writeUInt32BE(message.length);
      give(Buffer.concat([header, message]) as never);
    }
  },
  "it-length-prefixed": async (give) => {
    const { encode } = await import("it-length-prefixed");
    return (messages) => {
      for (const part of encode(messages)) give(part as never);
    };
  },
  ws: async (give) => {
    const { Sender } = (await import("ws")) as unknown as WsParts;
    return (messages) => {
      for (const message of messages) {
        const options = { fin: true, opcode: 2, mask: false, readOnly: true, rsv1: false };
        for (const part of Sender.frame(message, options)) give(part as never);
      }
    };
  },
  "frame-stream": async (give) => streamed((await import("frame-stream")).default.encode(), give),
  "length-prefixed-stream": async (give) =>
    streamed((await import("length-prefixed-stream")).default.encode(), give),
};

function ours(codec: ReturnType<typeof lengthPrefixed>, give: Give): Round {
  return (messages) => {
    for (const message of messages) for (const part of codec.encode(message)) give(part as never);
  };
}

/** Texts are made of the messages once: that is not what is measured. */
function asTexts(encode: (text: string) => void): Round {
  const made = new Map<readonly Buffer[], string[]>();
  return (messages) => {
    const texts = made.get(messages) ?? messages.map((message) => message.toString("latin1"));
    made.set(messages, texts);
    for (const text of texts) encode(text);
  };
}
