import { type Details, defineDemo } from "@ipc-playground/lab-kit";
import { Cues } from "./cues.ts";
import { Guest } from "./guest.ts";
import { portOf, writesOf } from "./looking.ts";
import { chatUntilStopped, watchedDoor } from "./serving.ts";

const PEOPLE = 3;
const MANY = 100;

export default defineDemo({
  name: "broadcast",
  title: "To say something to everybody, over connections that have two ends each",
  claims: {
    oneCall: {
      says: "A server sends a message to everybody with one system call, whoever is there.",
      expect: "refuted",
      source: "write(2) takes one descriptor; only UDP can send to many, ip(7)",
    },
    product: {
      says: `${MANY} messages to ${PEOPLE} people are ${MANY * PEOPLE} writes.`,
      expect: "refuted",
      source: "packages/chat, server/delivery.ts: what is there together leaves together",
    },
    encoded: {
      says: "A message is made into bytes for each listener.",
      expect: "refuted",
      source: "packages/framing: bytes are only read, and so can be shared",
    },
  },
  predict: {
    question: `${PEOPLE} people are in a room. One of them says ${MANY} things at once. How often must the server call write(2)?`,
    choices: ["Once", `${PEOPLE} times`, `${MANY} times`, `${MANY * PEOPLE} times`],
    answer: 1,
    because:
      "Each connection needs a write of its own, there is no way around that. But one write can carry all that there is to say: a stream does not mind.",
  },
  processes: {
    /** Returns how often it made bytes of words. */
    async server({ log }) {
      // Told when all is over: each line of the log is a write(2), too.
      const later: ({ t: number; op: string } & Details)[] = [];
      const event = (op: string, details?: Details) =>
        later.push({ t: Number(process.hrtime.bigint()), op, ...details });
      let encoded = 0;
      process.once("SIGTERM", () => {
        encoded = later.filter(({ op }) => op === "encode").length;
      });
      // Nobody is slowed down here: this is about writing.
      await chatUntilStopped({ doors: [watchedDoor({ event })], limits: { commandBurst: 10 * MANY } });
      for (const entry of later) log.seen({ ...entry, pid: process.pid, process: "server" });
      return encoded;
    },
    /** Says one thing, and at the next signal many. */
    async ana(context) {
      const cues = new Cues();
      const { guest, welcome } = await Guest.enter(context, { nick: "ana" });
      await guest.company(PEOPLE, welcome);
      context.log.event("all here");
      await cues.next();
      guest.say("hello");
      await guest.hears("hello");
      await cues.next();
      guest.sayTogether("la", MANY);
      await guest.hearsAll(MANY);
      await guest.untilEnd();
    },
    async listener(context) {
      const { guest } = await Guest.enter(context, { nick: context.text("nick") });
      await guest.hears("hello");
      await guest.hearsAll(MANY);
      await guest.untilEnd();
    },
  },
  async run({ start, claim, unavailable, step, until }) {
    step(`ana says one thing to ${PEOPLE} people, herself included.`);
    const server = start("server");
    const port = await until(() => portOf(server), { what: "the server to listen" });
    const ana = start("ana", { args: { port } });
    const listeners = ["ben", "cleo"].map((nick) => start("listener", { as: nick, args: { port, nick } }));
    await ana.said("all here");
    /** ana speaks; how many writes the server has made when all have heard it. */
    const speak = async (heard: string) => {
      const before = writesOf(server);
      ana.kill("SIGUSR2");
      await Promise.all([ana, ...listeners].map((one) => one.said(heard)));
      const after = writesOf(server);
      return before === undefined || after === undefined ? undefined : after - before;
    };
    const one = await speak("read");
    step(`ana says ${MANY} things in one breath.`);
    const many = await speak("read all");
    server.kill("SIGTERM");
    const encoded = await server.result<number>();
    if (one === undefined || many === undefined) {
      unavailable("oneCall", "this kernel does not count calls: no /proc/PID/io");
      unavailable("product", "this kernel does not count calls: no /proc/PID/io");
    } else {
      claim("oneCall", one < PEOPLE, `${one} writes for one message to ${PEOPLE} people`);
      claim("product", many >= MANY * PEOPLE, `${many} writes for ${MANY} messages`);
    }
    claim(
      "encoded",
      encoded >= PEOPLE,
      `the server made bytes ${encoded} times for ${1 + MANY} messages to ${PEOPLE} people`,
    );
  },
});
