import { once } from "node:events";
import { json, lengthPrefixed } from "@ipc-playground/framing";
import { defineDemo } from "@ipc-playground/lab-kit";
import { processStat } from "@ipc-playground/libc";
import { connect, serve } from "@ipc-playground/sockets";
import { HERE, portOf } from "./net-telling.ts";

const MESSAGES = ["one", "two", "a longer third message"];

export default defineDemo({
  name: "framing",
  title: "Sticky messages, split messages, and the cure",
  claims: {
    sticky: {
      says: "What is sent as three messages is received as three messages.",
      expect: "refuted",
      source: "RFC 9293, 2: TCP is a stream of bytes; tcp(7)",
    },
    split: {
      says: "A short message at least always comes in one piece.",
      expect: "refuted",
      source: "read(2): what is there, which may be a part",
    },
    cured: {
      says: "With its length in front of each, every message comes out whole, however the bytes were cut.",
      expect: "holds",
      source: "packages/framing, lengthPrefixed()",
    },
  },
  predict: {
    question:
      "Three messages are written one after the other. How many does the other side's `data` event bring?",
    choices: ["One each time", "All three together", "It depends, and may be two and a half"],
    answer: 2,
    because:
      "The kernel keeps bytes. What was written together may come apart, what was written apart together; where a message ends is for the two programs to say.",
  },
  processes: {
    /** Takes the chunks as they come, and the frames in them. Says `ok` after each chunk, so that the sender goes on. */
    async receiver({ text, log }) {
      let finish: (got: object) => void = () => {};
      const result = new Promise<object>((resolve) => {
        finish = resolve;
      });
      const server = await serve(async ({ socket }) => {
        const decoder = json(lengthPrefixed()).decoder();
        const chunks: string[] = [];
        const frames: unknown[] = [];
        for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
          chunks.push(String(chunk));
          log.event("'data'", {
            bytes: chunk.length,
            ...(text("as") === "text" && { result: `"${chunk}"` }),
          });
          if (text("as") === "frames") {
            decoder.push(chunk);
            for (let frame = decoder.next(); frame !== null; frame = decoder.next()) {
              frames.push(frame);
              log.event("frame", { result: JSON.stringify(frame) });
            }
          }
          socket.write("ok");
        }
        socket.end();
        finish({ chunks, frames });
      });
      const got = await result;
      await server.close();
      return got;
    },
    /** Writes message by message; or (`cut`) as a network may deliver it: up to the middle of the second one, then the rest. */
    async sender({ number, text, log }) {
      const socket = await connect({ host: HERE, port: number("port") });
      const pieces = MESSAGES.flatMap((message) =>
        text("as") === "text" ? [Buffer.from(message)] : json(lengthPrefixed()).encode(message),
      );
      const bytes = Buffer.concat(pieces);
      const cut = (pieces[0] as Buffer).length + 1;
      const writes = text("cut") === "yes" ? [bytes.subarray(0, cut), bytes.subarray(cut)] : pieces;
      for (const piece of writes) {
        await new Promise((resolve) => socket.write(piece, resolve));
        log.event("write", { bytes: piece.length });
        if (text("cut") === "yes") await once(socket, "data");
      }
      log.event("sent");
      if (text("cut") === "no") await once(socket, "data");
      socket.end();
      await once(socket, "close");
    },
  },
  async run({ start, claim, step, until }) {
    type Got = { chunks: string[]; frames: unknown[] };
    const send = async (what: string, as: string, cut: "yes" | "no") => {
      step(what);
      const receiver = start("receiver", { as: `receiver ${as}`, args: { as: as.slice(0, -2) } });
      const port = await until(() => portOf(receiver), { what: "the receiver to listen" });
      // Cut, the sender waits for the receiver; together, the receiver is late.
      if (cut === "no") {
        receiver.kill("SIGSTOP");
        await until(() => processStat(receiver.pid)?.state === "T", { what: "the receiver to be stopped" });
      }
      const args = { as: as.slice(0, -2), cut, port };
      const sender = start("sender", { as: `sender ${as}`, args });
      await sender.said("sent");
      receiver.kill("SIGCONT");
      const got = await receiver.result<Got>();
      await sender.result();
      return got;
    };
    const together = await send("Three writes, and a receiver that looks a little late.", "text 1", "no");
    claim(
      "sticky",
      together.chunks.length === MESSAGES.length,
      `${MESSAGES.length} messages came as ${JSON.stringify(together.chunks)}`,
    );
    const apart = await send("The same, and the network cuts the second one.", "text 2", "yes");
    claim(
      "split",
      apart.chunks.some((chunk) => chunk === MESSAGES[1]),
      `"two" came apart: ${JSON.stringify(apart.chunks)}`,
    );
    const cured = await send("The same cut, with a length of 4 bytes in front of each.", "frames 3", "yes");
    const whole = JSON.stringify(cured.frames) === JSON.stringify(MESSAGES);
    claim(
      "cured",
      whole && cured.chunks.length === 2,
      `${cured.chunks.length} chunks gave ${JSON.stringify(cured.frames)}`,
    );
  },
});
