import { once } from "node:events";
import { lines } from "@ipc-playground/framing";
import { framed } from "@ipc-playground/framing/node";
import { defineDemo } from "@ipc-playground/lab-kit";
import { connect, visible } from "@ipc-playground/sockets";
import type { FrontDoor } from "../server/door.ts";
import { frameDoor } from "../server/frame-door.ts";
import { lineDoor } from "../server/line-door.ts";
import { Guest, HERE } from "./guest.ts";
import { portOf } from "./looking.ts";
import { chatUntilStopped } from "./serving.ts";

const FROM_ANA = "hello in a frame";
const FROM_BEN = "hello in a line";
/** What a browser would send that was led to the wrong port. */
const HTTP = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

export default defineDemo({
  name: "doors",
  title: "Frames and lines at one port, in one room",
  claims: {
    ports: {
      says: "Two protocols need two ports.",
      expect: "refuted",
      source: "packages/chat, server/door.ts: the first byte tells",
    },
    first: {
      says: "The first byte of a length of 4 bytes cannot be mistaken for a letter.",
      expect: "holds",
      source: "packages/chat, server/frame-door.ts: it is 0 as long as no frame has 16 MiB",
    },
    stray: {
      says: "A client of quite another protocol brings such a server out of step.",
      expect: "refuted",
      source: "packages/chat, server/line-door.ts: what is not known is refused, with the reason",
    },
  },
  predict: {
    question: "A browser is led to the chat's port and sends `GET / HTTP/1.1`. What does the server do?",
    choices: ["It breaks", "It hangs up without a word", "It takes that for a nickname, and refuses it"],
    answer: 2,
    because:
      "`G` is not 0, so these are lines, and the first line is a nickname. One with a blank in it breaks a rule, and the answer says which.",
  },
  processes: {
    /** Returns which door each first byte opened. */
    async server({ log }) {
      const opened: Record<number, string> = {};
      const watch = (door: FrontDoor): FrontDoor => ({
        ...door,
        opens(byte) {
          if (!door.opens(byte)) return false;
          opened[byte] = door.name;
          log.event("first byte", { result: `0x${byte.toString(16).padStart(2, "0")}: ${door.name}` });
          return true;
        },
        encode(messages, here) {
          const bytes = door.encode(messages, here);
          if (messages[0]?.type === "message") {
            const result =
              door === lineDoor ? visible(Buffer.from(bytes).toString()) : `${bytes.length} B of JSON`;
            log.event("encode", { object: door.name, result, flow: [`${door.name} ${messages[0].text}`] });
          }
          return bytes;
        },
      });
      await chatUntilStopped({ doors: [watch(frameDoor), watch(lineDoor)] });
      return opened;
    },
    async ana(context) {
      const { guest, welcome } = await Guest.enter(context, { nick: "ana" });
      guest.telling = false;
      await guest.company(2, welcome);
      context.log.event("write", { object: "frames", result: `"${FROM_ANA}"` });
      guest.say(FROM_ANA);
      const { text } = await guest.hears(FROM_BEN);
      context.log.event("read", { result: `<ben> ${text}`, flow: [`frames ${text}`] });
      await guest.leave();
      return text;
    },
    /** What a person types into `nc`, and sees there. Returns the line that it waited for. */
    async typist({ number, text, log }) {
      const socket = await connect({ host: HERE, port: number("port") });
      const screen = framed(socket, lines());
      log.event("write", { result: visible(text("first")) });
      socket.write(text("first"));
      let seen = "";
      for await (const line of screen.iterator({ destroyOnReturn: false })) {
        if (!line.includes(text("until"))) continue;
        seen = line;
        log.event("read", { result: line, flow: [`lines ${text("until")}`] });
        break;
      }
      if (text("then") !== "") {
        log.event("write", { object: "lines", result: visible(text("then")) });
        socket.write(text("then"));
      }
      socket.end("/quit\n");
      screen.resume();
      await once(screen, "close");
      return seen;
    },
  },
  async run({ start, claim, step, until }) {
    step("ana comes with frames, ben with nothing but lines.");
    const server = start("server");
    const port = await until(() => portOf(server), { what: "the server to listen" });
    const ana = start("ana", { args: { port } });
    const type = (as: string, first: string, wanted: string, then: string) =>
      start("typist", { as, args: { port, first, until: wanted, then } });
    const ben = type("ben", "ben\n", FROM_ANA, `${FROM_BEN}\n`);
    const [anaHeard, benHeard] = [await ana.result<string>(), await ben.result<string>()];
    step("Somebody comes with HTTP.");
    const answer = await type("browser", HTTP, "BAD_NICK", "").result<string>();
    server.kill("SIGTERM");
    const opened = await server.result<Record<number, string>>();
    claim(
      "ports",
      anaHeard !== FROM_BEN || !benHeard.includes(FROM_ANA),
      `at port ${port}, ben saw "${benHeard}", and ana got "${anaHeard}"`,
    );
    const seen = Object.entries(opened).map(([byte, door]) => `${Number(byte)}: ${door}`);
    claim(
      "first",
      opened[0] === "frames" && Object.values(opened).filter((door) => door === "frames").length === 1,
      `first bytes ${seen.join(", ")}`,
    );
    claim("stray", !answer.includes("BAD_NICK"), `it was answered "${answer}", and the server went on`);
  },
});
