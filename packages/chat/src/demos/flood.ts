import { readSync, writeSync } from "node:fs";
import { defineDemo } from "@ipc-playground/lab-kit";
import { close } from "@ipc-playground/libc";
import { connectedSocket } from "@ipc-playground/sockets";
import type { Counters } from "../server/counters.ts";
import { Guest, HERE } from "./guest.ts";
import { endsOf, portOf } from "./looking.ts";
import { chatUntilStopped } from "./serving.ts";

const LINES = 1_000;
/** Long enough that all of them are more than the kernels keep for a connection. */
const LINE_CHARACTERS = 8_000;
/** Commands that the server takes of one person in a second. Its default is 2: this is a demo. */
const PER_SECOND = 1_000;
const READ_BYTES = 65_536;

export default defineDemo({
  name: "flood",
  title: `${LINES.toLocaleString("en")} lines at once: what becomes of those that are too many`,
  claims: {
    dropped: {
      says: "A server that limits how much one may say has to throw away the rest.",
      expect: "refuted",
      source: "packages/chat, server/flood.ts: it reads that connection more slowly",
    },
    taken: {
      says: "A client does not notice: write() takes whatever it is given.",
      expect: "refuted",
      source: "RFC 9293, 3.8.6: the window; write(2) sleeps when there is no room",
    },
    others: {
      says: "Who wants to say something after a flood has to wait until it is over.",
      expect: "refuted",
      source: "packages/chat, server/session.ts: a limit for each connection",
    },
  },
  predict: {
    question: `A client sends ${LINES} lines at once to a server that takes a few of one person at a time. What becomes of the others?`,
    choices: [
      "The server drops them",
      "They wait in the server's memory",
      "They wait in the kernels, and in the client",
    ],
    answer: 2,
    because:
      "The server does not read that connection for a while. Its kernel's buffer fills, then the client's, and then the client sleeps in write(2). TCP has carried the limit to where the flood comes from.",
  },
  processes: {
    async server() {
      return await chatUntilStopped({ limits: { commandsPerSecond: PER_SECOND } });
    },
    /** As `nc` would, with a large file: a blocking socket, and lines. */
    flora({ number, log }) {
      const socket = connectedSocket({ host: HERE, port: number("port") });
      const lines = Array.from({ length: LINES }, (_, i) => `${i} `.padEnd(LINE_CHARACTERS, "la "));
      const bytes = Buffer.from(`flora\n${lines.join("\n")}\n/quit\n`);
      log.call("write", "socket", () => writeSync(socket, bytes));
      // Until the server has taken leave: to close with unread input would be a reset.
      while (readSync(socket, Buffer.alloc(READ_BYTES)) > 0);
      close(socket);
      return bytes.length;
    },
    /** Says something as soon as the flood has begun. Returns what came before that, and the numbers of all lines. */
    async ben(context) {
      const { guest } = await Guest.enter(context, { nick: "ben" });
      guest.telling = false;
      context.log.event("in");
      const numbers: number[] = [];
      let before = -1;
      while (numbers.length < LINES || before < 0) {
        const { from, text } = await guest.next("message");
        if (from === "ben") before = numbers.length;
        else if (numbers.push(Number(text.split(" ", 1)[0])) === 1) guest.say("may I?");
        if (from === "ben") context.log.event("hears himself", { result: `after ${before} lines` });
      }
      await guest.leave();
      return { before, numbers };
    },
  },
  async run({ start, claim, step, until, log }) {
    step(`flora writes ${LINES} lines to a server that takes ${PER_SECOND} in a second.`);
    const server = start("server");
    const port = await until(() => portOf(server), { what: "the server to listen" });
    const ben = start("ben", { args: { port } });
    await ben.said("in");
    const flora = start("flora", { args: { port } });
    // The kernel's own word for it: a timer that asks again whether the window is still 0.
    const full = await until(
      () => {
        const ends = endsOf(flora, port);
        return ends?.client.timer === "persist" ? ends : !flora.running && "never";
      },
      { what: "the server's window to be 0" },
    );
    const sleeps =
      full !== "never" &&
      (await flora.asleep({ in: "write" }).then(
        () => true,
        () => false,
      ));
    const ends = full === "never" ? undefined : full;
    const [unread, unsent] = [ends?.server.receiveQueue, ends?.client.sendQueue].map((bytes = 0) =>
      bytes.toLocaleString("en"),
    );
    log.event("/proc/net/tcp", {
      result: `${unread} B unread by the server, ${unsent} B still in flora's kernel`,
    });
    const bytes = await flora.result<number>({ withinMs: 20_000 });
    const { before, numbers } = await ben.result<{ before: number; numbers: number[] }>();
    server.kill("SIGTERM");
    const { floods } = await server.result<Counters>();
    claim(
      "dropped",
      !numbers.every((number, i) => number === i),
      `ben heard ${numbers.length} of ${LINES} lines, in order; ${floods} times the server let flora wait`,
    );
    claim(
      "taken",
      !sleeps,
      sleeps
        ? `flora slept in write, with ${unsent} bytes in her kernel, ${unread} unread in the server's, and the rest of ${bytes.toLocaleString("en")} in her own memory`
        : `write took ${bytes.toLocaleString("en")} bytes at once`,
    );
    claim("others", before >= LINES, `what ben said came after ${before} of ${LINES} lines`);
  },
});
