import { randomBytes } from "node:crypto";
import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { resultOf, submitted } from "@ipc-playground/lab-kit/exercises";
import { decodeTcpHeader } from "@ipc-playground/sockets";

type Submission = typeof import("./starter.ts");

/** What is handed over: text, because it goes through a command line. */
interface Told {
  fields: Record<string, string>;
}

/** Bytes that stand before a segment in its buffer, where it is a part of a larger one. */
const BEFORE = 34;

export default defineExercise({
  name: "decode-header",
  title: "Decode a segment",
  hints: [
    "A DataView reads big-endian numbers, if it is not told otherwise: `getUint16(0)`, `getUint32(4)`. Mind that a view of `bytes.buffer` begins where the buffer begins, and `bytes` may begin later.",
    "The flags are the byte at 13, one bit each; `FLAGS` has them from the highest to the lowest. The length of the header is in the upper half of the byte at 12, in words of 4 bytes.",
    "`new DataView(bytes.buffer, bytes.byteOffset, bytes.length)`; shifting into bit 31 makes a number negative, so let getUint32 do it; the data is `bytes.subarray((view.getUint8(12) >> 4) * 4)`.",
  ],
  processes: {
    async decoder(context): Promise<Told> {
      const { decodeSegment } = await submitted<Submission>(context, "decodeSegment");
      const segment = Buffer.from(context.text("hex"), "hex");
      const buffer = Buffer.concat([randomBytes(context.number("before")), segment]);
      const { data, ...rest } = decodeSegment(Uint8Array.from(buffer).subarray(context.number("before")));
      return { fields: { ...texts(rest), data: Buffer.from(data).toString("hex") } };
    },
  },
  schedules: {
    plain: {
      says: "A header of 20 bytes, and 5 bytes of data.",
      run: (context) => decoded(context, "1f90 c350 00000001 00000065 50 18 0200 0000 0000 68656c6c6f"),
    },
    high: {
      says: "Numbers in the upper half of what 32 bits hold.",
      run: (context) => decoded(context, "c350 1f90 893e08f5 ffffffff 50 11 ffff 0000 0000"),
    },
    options: {
      says: "Options before the data: a SYN of this machine, and a segment with timestamps.",
      async run(context) {
        await decoded(
          context,
          "cff4 0001 093e08f5 00000000 a0 02 ffd7 fe30 0000 0204ffd7 0402 080ad8092a0700000000 01 03030a",
        );
        await decoded(
          context,
          "1f90 c350 00000001 00000065 80 18 0040 0000 0000 0101 080a 00000001 00000002 6869",
        );
      },
    },
    part: {
      says: "The segment is a part of a larger buffer: there are other headers before it.",
      run: (context) => decoded(context, "1f90 c350 00000001 00000065 50 14 0000 0000 0000", BEFORE),
    },
  },
  starter: { schedule: "plain", observed: /^sequence is 0, where 1 was due$/ },
  wrong: {
    signed: { schedule: "high", observed: /^sequence is -1992423179, where 2302544117 was due$/ },
    "twenty-bytes": { schedule: "options", observed: /^data is 0204ffd70402.*, where nothing was due$/ },
    "whole-buffer": {
      schedule: "part",
      observed: /^sourcePort is \d+, where 8080 was due$|where .* was due$/,
    },
  },
});

async function decoded(context: ExerciseContext<"decoder">, spaced: string, before = 0): Promise<void> {
  const hex = spaced.replaceAll(" ", "");
  const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
  const header = decodeTcpHeader(bytes);
  if (header === null) throw new Error(`no segment: ${hex}`);
  const { sourcePort, destinationPort, sequence, acknowledgement, flags, window } = header;
  const due = {
    ...texts({ sourcePort, destinationPort, sequence, acknowledgement, flags, window }),
    data: Buffer.from(bytes.subarray(header.headerBytes)).toString("hex"),
  };
  const decoder = context.start("decoder", { args: { hex, before } });
  const { fields } = await resultOf<Told>(context, decoder);
  for (const [name, value] of Object.entries(due)) {
    context.require(
      fields[name] === value,
      `${name} is ${fields[name] || "nothing"}, where ${value || "nothing"} was due`,
    );
  }
}

function texts(fields: object): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}
