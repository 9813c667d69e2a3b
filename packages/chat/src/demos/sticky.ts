import { once } from "node:events";
import type { Socket } from "node:net";
import { lengthPrefixed } from "@ipc-playground/framing";
import { defineDemo } from "@ipc-playground/lab-kit";
import { processStat, tcpSockets } from "@ipc-playground/libc";
import { connect, serve } from "@ipc-playground/sockets";
import { Cues } from "./cues.ts";
import { HERE } from "./guest.ts";
import { portOf } from "./looking.ts";

const TWO = ["hi", "who is in?"];
const CUT = "meet me at noon";
/** So many bytes of it come late. */
const LATE_BYTES = 4;
const ANSWER = "no!";

export default defineDemo({
  name: "sticky",
  title: "A chat without framing: words that stick, and words that are torn",
  claims: {
    write: {
      says: "What somebody says with one write, the others get as one message.",
      expect: "refuted",
      source: "RFC 9293, 2: TCP is a stream of bytes; tcp(7)",
    },
    mixed: {
      says: "TCP keeps the order, so nobody's words come into the middle of somebody else's.",
      expect: "refuted",
      source: "RFC 9293, 3.4: the order within a connection; the server joins several",
    },
    framed: {
      says: "With a length in front of each message, everybody gets all messages, whole.",
      expect: "holds",
      source: "packages/framing, lengthPrefixed()",
    },
  },
  predict: {
    question: `ana's "${CUT}" comes in two pieces, and ben says "${ANSWER}" in between. The server passes on what it reads. What does cleo read?`,
    choices: [`"${CUT}", then "${ANSWER}"`, `"${ANSWER}", then "${CUT}"`, `"meet me at ${ANSWER}noon"`],
    answer: 2,
    because:
      "The server takes what it has read for a message, and passes on half of one. In cleo's connection ben's bytes come next. With lengths the server waits for the rest, so ben is first, and both are whole.",
  },
  processes: {
    /** Passes on to the others what it takes for a message, until ana and ben have left. Then it ends. */
    async server({ text, log }) {
      const names = ["cleo", "ana", "ben"];
      const room = new Map<Socket, string>();
      let gone = 0;
      let finish = () => {};
      const finished = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const server = await serve(({ socket }) => {
        const name = names[room.size] as string;
        const messagesIn = reader(text("framing"));
        room.set(socket, name);
        socket.on("data", (chunk: Buffer) => {
          const messages = messagesIn(chunk);
          log.event("read", { object: `${name}→`, bytes: chunk.length, result: quoted(messages) });
          for (const message of messages) {
            const bytes = bytesOf(message, text("framing"));
            for (const [other, to] of room) {
              if (other === socket || !other.writable) continue;
              if (to === "cleo")
                log.event("write", { object: "→cleo", bytes: bytes.length, result: `"${message}"` });
              other.write(bytes);
            }
          }
        });
        socket.once("end", () => {
          gone++;
          if (gone === 2) finish();
        });
      });
      await finished;
      await server.close();
    },
    /** Returns what it takes for messages. */
    async cleo({ text, number, log }) {
      const socket = await connect({ host: HERE, port: number("port") });
      log.event("in");
      const messagesIn = reader(text("framing"));
      const heard: string[] = [];
      for await (const chunk of socket) {
        const messages = messagesIn(chunk);
        heard.push(...messages);
        log.event("read", { object: "→cleo", bytes: chunk.length, result: quoted(messages) });
      }
      return heard;
    },
    /** At the first signal it says two things, at the second a half, and the rest when it hears ben. */
    async ana({ text, number, log }) {
      const cues = new Cues();
      const socket = await connect({ host: HERE, port: number("port") });
      const write = async (bytes: Uint8Array, result: string) => {
        log.event("write", { object: "ana→", bytes: bytes.length, result });
        await new Promise((resolve) => socket.write(bytes, resolve));
      };
      log.event("in");
      await cues.next();
      for (const message of TWO) await write(bytesOf(message, text("framing")), quoted([message]));
      log.event("said both");
      await cues.next();
      const bytes = bytesOf(CUT, text("framing"));
      await write(bytes.subarray(0, -LATE_BYTES), `"${CUT.slice(0, -LATE_BYTES)}`);
      log.event("half");
      await once(socket, "data");
      await write(bytes.subarray(-LATE_BYTES), `${CUT.slice(-LATE_BYTES)}"`);
      socket.end();
      await once(socket, "close");
    },
    async ben({ text, number, log }) {
      const socket = await connect({ host: HERE, port: number("port") });
      const bytes = bytesOf(ANSWER, text("framing"));
      log.event("write", { object: "ben→", bytes: bytes.length, result: `"${ANSWER}"` });
      socket.end(bytes);
      socket.resume();
      await once(socket, "close");
    },
  },
  async run({ start, claim, step, until }) {
    /** The whole conversation. Returns what cleo heard. */
    const converse = async (framing: "none" | "length") => {
      const server = start("server", { args: { framing } });
      const port = await until(() => portOf(server), { what: "the server to listen" });
      const join = (who: "ana" | "ben" | "cleo") => start(who, { args: { framing, port } });
      const cleo = join("cleo");
      await cleo.said("in");
      const ana = join("ana");
      await ana.said("in");
      server.kill("SIGSTOP");
      await until(() => processStat(server.pid)?.state === "T", { what: "the server to be stopped" });
      ana.kill("SIGUSR2");
      await ana.said("said both");
      server.kill("SIGCONT");
      await cleo.said("read");
      ana.kill("SIGUSR2");
      await ana.said("half");
      const unread = () =>
        tcpSockets(port).some(({ state, receiveQueue }) => state !== "LISTEN" && receiveQueue > 0);
      await until(() => !unread(), { what: "ana's half to be read" });
      await join("ben").result();
      await server.result();
      await ana.result();
      return cleo.result<string[]>();
    };
    step(
      "ana says two things while the server is busy, then one that comes in halves. ben answers in between.",
    );
    const bare = await converse("none");
    claim(
      "write",
      TWO.every((message) => bare.includes(message)),
      `of "${TWO[0]}" and "${TWO[1]}" cleo got "${bare[0]}"`,
    );
    claim("mixed", bare.join("").includes(CUT), `cleo read "${bare.join("").slice(TWO.join("").length)}"`);
    step("The same, with a length of 4 bytes in front of each message.");
    const framed = await converse("length");
    claim(
      "framed",
      [...framed].sort().join() === [...TWO, CUT, ANSWER].sort().join(),
      `cleo got ${quoted(framed)}`,
    );
  },
});

/** What a chunk is taken for: a message, for want of anything better; or the frames that are complete with it. */
function reader(framing: string): (chunk: Buffer) => string[] {
  if (framing === "none") return (chunk) => [String(chunk)];
  const decoder = lengthPrefixed().decoder();
  return (chunk) => {
    decoder.push(chunk);
    const messages: string[] = [];
    for (let frame = decoder.next(); frame !== null; frame = decoder.next())
      messages.push(Buffer.from(frame).toString());
    return messages;
  };
}

function bytesOf(message: string, framing: string): Uint8Array {
  const text = Buffer.from(message);
  return framing === "none" ? text : Buffer.concat(lengthPrefixed().encode(text));
}

function quoted(messages: readonly string[]): string {
  return messages.length === 0 ? "incomplete" : messages.map((message) => `"${message}"`).join(", ");
}
