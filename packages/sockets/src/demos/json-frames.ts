import { type JsonMessage, json, lengthPrefixed, lines } from "@ipc-playground/framing";
import { type Framed, framed } from "@ipc-playground/framing/node";
import { defineDemo } from "@ipc-playground/lab-kit";
import { connect, MessageService, serve } from "@ipc-playground/sockets";
import { HERE, portOf } from "./net-telling.ts";

/** The same service, framed in two ways: a length of 4 bytes and JSON; a line of JSON. */
const codec = (name: string) => (name === "lines" ? json(lines()) : json(lengthPrefixed()));

export default defineDemo({
  name: "json-frames",
  title: "A protocol of messages: ping, echo, broadcast, and what nobody knows",
  claims: {
    unknown: {
      says: "A message of a type that the server does not know has to end the connection.",
      expect: "refuted",
      source: "RFC 9413 on maintaining robust protocols: the frame is whole, so the next one is found",
    },
    damaged: {
      says: "After a frame that is damaged the server can go on with the next one.",
      expect: "refuted",
      source: "packages/framing: nobody knows where the next one begins",
    },
    everyone: {
      says: "A broadcast reaches every client, its sender too.",
      expect: "holds",
      source: "packages/sockets, Company.broadcast",
    },
  },
  predict: {
    question:
      "A client sends a message of a type that the server has never heard of. What should the server do?",
    choices: ["Hang up", "Ignore it", "Answer with an error, and go on"],
    answer: 2,
    because:
      "The frame was whole, so nothing is out of step; a newer client may know more than this server. Only when the bytes are no frame is there no way on.",
  },
  processes: {
    /** Serves until two clients have come and gone. */
    async server({ text }) {
      using service = new MessageService({ codec: codec(text("codec")) });
      const server = await serve(service.handle);
      let gone = 0;
      await new Promise<void>((resolve) => {
        server.on("closed", () => ++gone === 2 && resolve());
      });
      await server.close();
    },
    /** Hears a broadcast, and leaves. */
    async listener({ number, text, log }) {
      const socket = await connect({ host: HERE, port: number("port") });
      const wire: Framed<JsonMessage> = framed(socket, codec(text("codec")));
      wire.write({ type: "echo", text: "I am here" });
      for await (const message of wire) {
        log.event("read", { result: JSON.stringify(message) });
        if ((message as { type: string }).type === "broadcast") return true;
      }
      return false;
    },
    async talker({ number, text, log }) {
      const socket = await connect({ host: HERE, port: number("port") });
      const wire: Framed<JsonMessage> = framed(socket, codec(text("codec")));
      const answers: string[] = [];
      const replies = wire.iterator({ destroyOnReturn: false });
      const ask = async (message: JsonMessage) => {
        log.event("write", { result: JSON.stringify(message) });
        wire.write(message);
        const { value } = await replies.next();
        log.event("read", { result: JSON.stringify(value).slice(0, 60) });
        answers.push((value as { type: string }).type);
      };
      await ask({ type: "ping", id: 1 });
      await ask({ type: "echo", text: "hello\nthere" });
      await ask({ type: "broadcast", text: "to all" });
      await ask({ type: "dance" });
      await ask({ type: "ping", id: 2 });
      log.event("write", { result: "garbage", note: "A length of 4 GiB, or a line that is no JSON." });
      socket.write(text("codec") === "lines" ? "garbage\n" : Buffer.alloc(8, 0xff));
      socket.write(Buffer.concat(codec(text("codec")).encode({ type: "ping", id: 3 })));
      for await (const message of replies) answers.push((message as { type: string }).type);
      log.event("read", { result: "end-of-file" });
      socket.destroy();
      return answers;
    },
  },
  async run({ start, claim, step, until }) {
    const told: { answers: string[]; heard: boolean }[] = [];
    for (const name of ["length", "lines"]) {
      step(
        name === "lines" ? "The same over lines, which a person can type." : "Frames with a 4-byte length.",
      );
      const server = start("server", { as: `server, ${name}`, args: { codec: name } });
      const port = await until(() => portOf(server), { what: "the server to listen" });
      const listener = start("listener", { as: `listener, ${name}`, args: { codec: name, port } });
      await listener.said("read");
      const talker = start("talker", { as: `talker, ${name}`, args: { codec: name, port } });
      told.push({ answers: await talker.result<string[]>(), heard: await listener.result<boolean>() });
      await server.result();
    }
    const each = told.map(({ answers }) => answers.join(", "));
    claim(
      "unknown",
      told.some(({ answers }) => answers[3] !== "error" || answers[4] !== "pong"),
      `the answers, over both framings: ${[...new Set(each)].join(" / ")}`,
    );
    claim(
      "damaged",
      told.some(({ answers }) => answers.slice(5).includes("pong")),
      `after the garbage: ${told.map(({ answers }) => answers.slice(5).join(", ")).join("; ")}, then the end; the ping behind it had no answer`,
    );
    claim(
      "everyone",
      told.every(({ answers, heard }) => heard && answers[2] === "broadcast"),
      "sender and listener heard it, over both framings",
    );
  },
});
