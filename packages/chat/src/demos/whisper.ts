import { defineDemo } from "@ipc-playground/lab-kit";
import { Guest } from "./guest.ts";
import { portOf } from "./looking.ts";
import { chatUntilStopped, watchedDoor } from "./serving.ts";

const SECRET = "at 9, alone";

export default defineDemo({
  name: "whisper",
  title: "A whisper: who gets the bytes, and who could",
  claims: {
    hidden: {
      says: "A whisper goes to everybody, and the clients of the others do not show it.",
      expect: "refuted",
      source: "packages/chat, core/talk.ts: one person is told, not the room",
    },
    private: {
      says: "A whisper can be read by the two whom it concerns, and by nobody else.",
      expect: "refuted",
      source: "RFC 8446, 1: even TLS protects what is between two ends, and the server is one of them",
    },
    kept: {
      says: "A whisper to somebody who is not there waits until they come.",
      expect: "refuted",
      source: "packages/chat/README.md: a whisper is handed over, and not kept",
    },
  },
  predict: {
    question: "ana whispers to ben, over TLS. Whose programs have the words in their hands?",
    choices: ["ana's and ben's", "ana's, the server's and ben's", "Those of all who are connected"],
    answer: 1,
    because:
      "The server takes the message out of one connection and puts it into another: in its memory it is plain text. To keep it from the server, ana and ben would have to encrypt it themselves.",
  },
  processes: {
    /** Returns the whispers that passed through its memory. */
    async server({ log }) {
      const passed: string[] = [];
      const door = watchedDoor(log, (request) => {
        if (request.type === "whisper") passed.push(request.text);
      });
      await chatUntilStopped({ doors: [door] });
      return passed;
    },
    /** Returns what became of a whisper to nobody. */
    async ana(context) {
      const { guest, welcome } = await Guest.enter(context, { nick: "ana" });
      await guest.company(3, welcome);
      guest.send({ type: "whisper", to: "ben", text: SECRET });
      guest.send({ type: "whisper", to: "dora", text: "hello?" });
      const { code } = await guest.next("error");
      guest.say("good day");
      await guest.leave();
      return code;
    },
    /** Returns the types of all messages that its connection brought, up to ana's words to everybody. */
    async listener(context) {
      const { guest } = await Guest.enter(context, { nick: context.text("nick") });
      const types = new Set<string>();
      guest.onMessage = ({ type }) => types.add(type);
      await guest.hears("good day");
      await guest.leave();
      return [...types];
    },
  },
  async run({ start, claim, step, until }) {
    step("ana whispers to ben, then to somebody who is not there, and then speaks to all.");
    const server = start("server");
    const port = await until(() => portOf(server), { what: "the server to listen" });
    const [ben, cleo] = ["ben", "cleo"].map((nick) => start("listener", { as: nick, args: { port, nick } }));
    const ana = start("ana", { args: { port } });
    const code = await ana.result<string>();
    const forBen = (await ben?.result<string[]>()) ?? [];
    const forCleo = (await cleo?.result<string[]>()) ?? [];
    server.kill("SIGTERM");
    const passed = await server.result<string[]>();
    claim(
      "hidden",
      !forBen.includes("whisper") || forCleo.includes("whisper"),
      `ben's connection brought ${forBen.join(", ")}; cleo's ${forCleo.join(", ")}`,
    );
    claim("private", !passed.includes(SECRET), `the server had ${JSON.stringify(passed[0])} in its memory`);
    claim("kept", code !== "NO_SUCH_PERSON", `to dora: refused at once, ${code}`);
  },
});
