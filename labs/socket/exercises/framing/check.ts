import { readFileSync, writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { resultOf, submitted } from "@ipc-playground/lab-kit/exercises";
import { send } from "@ipc-playground/libc";
import { unixSocketPair } from "@ipc-playground/sockets";
import { encodeMessage, HEADER_BYTES, MAX_BYTES } from "./message.ts";

type Submission = typeof import("./starter.ts");

const ANIMALS = ["ant", "", "bee", "a longer animal: hippopotamus"];
const ACCENTS = ["Grüße", "東京", "🦆🦆"];

/** What came of one stream: its messages, and the error with which it ended, if with one. */
interface Outcome {
  messages: readonly string[];
  error?: string;
}

export default defineExercise({
  name: "framing",
  title: "Messages out of a stream",
  hints: [
    "A chunk has nothing to do with a message. Keep what has come and was not used yet, and put each new chunk behind it.",
    "In a loop: are 4 bytes there? Then the length is known: is it allowed? Are so many bytes there behind it? Then that is a message; take it away, and look again. If not, wait for the next chunk.",
    "Make text of whole messages only: a chunk may end in the middle of a letter. After the last chunk, look whether something is left over.",
  ],
  processes: {
    /** Decodes what comes from a socket. */
    async receiver(context) {
      const { messagesOf } = await submitted<Submission>(context, "messagesOf");
      return outcomeOf(messagesOf, new Socket({ fd: context.fd("in") }));
    },
    sender({ fd, text, log }) {
      const bytes = encoded(JSON.parse(text("messages")) as string[]);
      log.call("send", "the stream", () => send(fd("out"), bytes));
    },
    /** Decodes each of these streams, a list of chunks in base64. Returns what came of the first that went wrong. */
    async decoder(context) {
      const { messagesOf } = await submitted<Submission>(context, "messagesOf");
      const { messages, streams } = JSON.parse(readFileSync(context.text("play"), "utf8")) as Play;
      for (const [i, { says, chunks, refused, hangs }] of streams.entries()) {
        const outcome = await outcomeOf(messagesOf, chunksOf(chunks, hangs === true));
        const due: Outcome = { messages, ...(refused && { error: "refused" }) };
        if (same(outcome, due)) continue;
        context.log.event("decoded", {
          object: `stream ${i + 1} of ${streams.length}`,
          result: told(outcome),
        });
        return `${says}: ${told(outcome)}, where ${told(due)} was due`;
      }
      return "";
    },
  },
  schedules: {
    one: {
      says: "One message over a socket.",
      run: (context) => overSocket(context, ["hello"]),
    },
    glued: {
      says: "Several messages that come together.",
      run: (context) => overSocket(context, ANIMALS),
    },
    cut: {
      says: "A cut after each byte, one at a time; then after every byte.",
      run: (context) => decode(context, ANIMALS, everyCut(encoded(ANIMALS))),
    },
    letters: {
      says: "A cut inside a letter that has several bytes.",
      run: (context) => decode(context, ACCENTS, everyCut(encoded(ACCENTS))),
    },
    long: {
      says: "The longest message that is allowed passes; one byte more is refused, and none of its bytes waited for.",
      async run(context) {
        const longest = "x".repeat(MAX_BYTES);
        const whole = encoded([longest]);
        await decode(context, [longest], [stream("one message of MAX_BYTES", [whole])]);
        const header = (length: number) => {
          const bytes = Buffer.alloc(HEADER_BYTES);
          bytes.writeUInt32BE(length);
          return bytes;
        };
        const refused = (length: number) => ({
          ...stream(`a length of ${length}, and then silence`, [encoded(["ok"]), header(length)]),
          refused: true,
          hangs: true,
        });
        await decode(context, ["ok"], [refused(MAX_BYTES + 1), refused(2 ** 32 - 1)]);
      },
    },
    end: {
      says: "A stream that ends inside a message is refused; between two messages it may end.",
      async run(context) {
        const whole = encoded(["ok"]);
        const half = encoded(["cut off"]);
        const streams = [2, HEADER_BYTES, HEADER_BYTES + 3].map((bytes) => ({
          ...stream(`a stream that ends ${bytes} bytes into its second message`, [
            whole,
            half.subarray(0, bytes),
          ]),
          refused: true,
        }));
        await decode(context, ["ok"], [stream("a stream that ends after a message", [whole]), ...streams]);
      },
    },
  },
  starter: { schedule: "glued", observed: /^4 messages were sent; 1 came, the first "ant/ },
  wrong: {
    "one-per-chunk": {
      schedule: "glued",
      observed: /^4 messages were sent; 1 came, the first "ant", and then an error/,
    },
    "whole-header": { schedule: "cut", observed: /^a cut after byte 1: / },
    "text-first": { schedule: "letters", observed: /^a cut after byte \d+: "Gr\uFFFD/ },
    "believes-the-header": { schedule: "long", observed: /^the promise was never settled/ },
    "quiet-end": {
      schedule: "end",
      observed: /^a stream that ends 2 bytes into its second message: "ok", where/,
    },
  },
});

type Context = ExerciseContext<"receiver" | "sender" | "decoder">;

interface Stream {
  /** How it was cut, in words. */
  says: string;
  chunks: string[];
  /** An error is due at its end. */
  refused?: boolean;
  /** It does not end: who waits for more waits for ever. */
  hangs?: boolean;
}

interface Play {
  messages: readonly string[];
  streams: readonly Stream[];
}

async function overSocket(context: Context, messages: readonly string[]): Promise<void> {
  const [input, output] = unixSocketPair();
  const sender = context.start("sender", {
    fds: { out: output },
    args: { messages: JSON.stringify(messages) },
  });
  await sender.result();
  output.close();
  const receiver = context.start("receiver", { fds: { in: input } });
  input.close();
  const outcome = await resultOf<Outcome>(context, receiver);
  const came = outcome.messages.length;
  context.require(
    same(outcome, { messages: [...messages] }),
    `${messages.length} messages were sent; ${came} came, the first ${JSON.stringify(outcome.messages[0])}${outcome.error ? ", and then an error" : ""}`,
  );
}

async function decode(
  context: Context,
  messages: readonly string[],
  streams: readonly Stream[],
): Promise<void> {
  // A file: it is more than a command line takes.
  const play = join(context.scratch(), "play.json");
  writeFileSync(play, JSON.stringify({ messages, streams } satisfies Play));
  const wrong = await resultOf<string>(context, context.start("decoder", { args: { play } }));
  context.require(wrong === "", wrong);
}

function encoded(messages: readonly string[]): Buffer {
  return Buffer.concat(messages.map(encodeMessage));
}

function everyCut(bytes: Buffer): Stream[] {
  const cuts = Array.from({ length: bytes.length - 1 }, (_, i) => i + 1);
  return [
    ...cuts.map((cut) => stream(`a cut after byte ${cut}`, [bytes.subarray(0, cut), bytes.subarray(cut)])),
    stream(
      "a cut after every byte",
      Array.from(bytes, (byte) => Buffer.of(byte)),
    ),
  ];
}

function stream(says: string, chunks: readonly Buffer[]): Stream {
  return { says, chunks: chunks.map((chunk) => chunk.toString("base64")) };
}

async function* chunksOf(chunks: readonly string[], hangs: boolean): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk, "base64");
  if (hangs) await new Promise(() => {});
}

async function outcomeOf(
  messagesOf: Submission["messagesOf"],
  source: AsyncIterable<Uint8Array>,
): Promise<Outcome> {
  const messages: string[] = [];
  try {
    for await (const message of messagesOf(source)) messages.push(message);
    return { messages };
  } catch (error) {
    return { messages, error: String(error) };
  }
}

function same(a: Outcome, b: Outcome): boolean {
  return (
    JSON.stringify(a.messages) === JSON.stringify(b.messages) &&
    (a.error === undefined) === (b.error === undefined)
  );
}

/** The messages, and whether an error followed: `"ant", "bee", and an error`. */
function told({ messages, error }: Outcome): string {
  const texts = messages.map((text) => (text.length > 40 ? `${text.length} letters` : JSON.stringify(text)));
  return [texts.join(", ") || "no message", ...(error === undefined ? [] : ["and an error"])].join(", ");
}
