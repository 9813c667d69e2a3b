import { defineDemo, type Log } from "@ipc-playground/lab-kit";
import { DEFAULT_LIMITS } from "../limits.ts";
import type { Position } from "../protocol/server-message.ts";
import { Cues } from "./cues.ts";
import { Guest } from "./guest.ts";
import { portOf } from "./looking.ts";
import { chatUntilStopped, watchedDoor } from "./serving.ts";

const UNSURE = "wait for me";
const MEANWHILE = ["one", "two", "three"];
const LAST = "thank you";
/** Too few to cover what is missed. */
const TINY_HISTORY = 2;

interface Back {
  recovered: boolean | undefined;
  /** The sequence numbers that ana saw, before and after the cut. */
  seqs: number[];
  repeat: boolean;
}

export default defineDemo({
  name: "resume",
  title: "Cut off, and back: nothing lost, nothing twice",
  claims: {
    missed: {
      says: "What is said while a client is cut off is lost to it.",
      expect: "refuted",
      source: "packages/chat/README.md: epoch and sequence number; what XMPP and MQTT sessions do",
    },
    twice: {
      says: "A client that is not sure whether a message arrived has the choice: lost, or perhaps said twice.",
      expect: "refuted",
      source: "RFC 9110, 9.2.2, idempotency; here an id by which the server knows it again",
    },
    name: {
      says: "A name is free as soon as its connection is gone.",
      expect: "refuted",
      source: "packages/chat/README.md: a person who was cut off is awaited; the token is the proof",
    },
    silent: {
      says: "A gap in what one has heard can be noticed by nobody.",
      expect: "refuted",
      source: "packages/chat/README.md: `recovered` is false where the history does not reach",
    },
  },
  predict: {
    question:
      "ana says something, and is cut off before she hears of it again. Back, what should her client do?",
    choices: ["Say it again", "Never say it again", "Say it again with the same id"],
    answer: 2,
    because:
      "It cannot know whether the message or the answer was lost. With the same id the question need not be decided: the server says it once, whatever comes.",
  },
  processes: {
    async server({ number, log }) {
      // The second time, the picture begins where it differs: when ana is back.
      let isTold = number("history") > TINY_HISTORY;
      const event: Log["event"] = (op, details) => {
        if (isTold) log.event(op, details);
      };
      const door = watchedDoor({ event }, (request) => {
        if (request.type === "hello" && request.resume !== undefined) isTold = true;
      });
      await chatUntilStopped({
        doors: [door],
        limits: { historyMessages: number("history"), commandBurst: 100 },
      });
    },
    /** Says something, and at the next signal cuts the connection; comes back at the one after. */
    async ana(context): Promise<Back> {
      const cues = new Cues();
      const { guest, welcome } = await Guest.enter(context, { nick: "ana" });
      guest.telling = context.number("history") > TINY_HISTORY;
      await guest.company(2, welcome);
      const { token } = welcome;
      guest.say("hello");
      const { epoch, seq } = await guest.hears("hello");
      const position: Position = [epoch, seq];
      guest.say(UNSURE, "a1");
      await cues.next();
      guest.socket.resetAndDestroy();
      context.log.event("reset", { note: `Her program had seen no more than message ${seq}.` });
      await cues.next();
      const back = await Guest.enter(context, { nick: "ana", token, resume: { lobby: position } });
      const seqs = [seq];
      back.guest.onMessage = (message) => {
        if (message.type === "message") seqs.push(message.seq);
      };
      back.guest.say(UNSURE, "a1");
      const { repeat = false } = await back.guest.next("ack");
      back.guest.say(LAST);
      await back.guest.hears(LAST);
      await back.guest.leave();
      return { recovered: back.welcome.rooms[0]?.recovered, seqs, repeat };
    },
    /** Goes on talking while ana is away. Returns how often he heard the words that she was not sure of. */
    async ben(context) {
      const { guest } = await Guest.enter(context, { nick: "ben" });
      guest.telling = context.number("history") > TINY_HISTORY;
      let heard = 0;
      guest.onMessage = (message) => {
        if (message.type === "message" && message.text === UNSURE) heard++;
      };
      await guest.hears(UNSURE);
      context.log.event("has heard it");
      await guest.next("left");
      for (const text of MEANWHILE) guest.say(text);
      await guest.hears(MEANWHILE.at(-1) as string);
      context.log.event("has talked");
      await guest.hears(LAST);
      await guest.leave();
      return heard;
    },
    /** Somebody who would like to be ana. */
    async thief(context) {
      const guest = await Guest.arrive(context);
      guest.greet({ nick: "ana" });
      const { code, fact } = await guest.next("error");
      await guest.leave();
      return `${code}, ${fact}`;
    },
  },
  async run({ start, claim, step, until }) {
    /** ana and ben talk, she is cut off, and he goes on. She comes back when she is let. */
    const begin = async (history: number) => {
      const server = start("server", { args: { history } });
      const port = await until(() => portOf(server), { what: "the server to listen" });
      const args = { port, history };
      const [ana, ben] = [start("ana", { args }), start("ben", { args })];
      await ben.said("has heard it");
      ana.kill("SIGUSR2");
      await ben.said("has talked");
      const end = async () => {
        ana.kill("SIGUSR2");
        const [back, heard] = [await ana.result<Back>(), await ben.result<number>()];
        server.kill("SIGTERM");
        await server.result();
        return { ...back, heard };
      };
      return { port, end };
    };
    step("ana is cut off before she knows whether her words arrived. ben goes on talking.");
    const { port, end } = await begin(DEFAULT_LIMITS.historyMessages);
    step("Somebody else would like to be ana.");
    const thief = await start("thief", { args: { port } }).result<string>();
    claim("name", !thief.startsWith("NICK_TAKEN"), thief);
    step("The true ana comes back, with her token, and repeats what she was not sure of.");
    const whole = await end();
    claim(
      "missed",
      !isWhole(whole.seqs),
      `recovered: ${whole.recovered}; ana saw messages ${whole.seqs.join(", ")}`,
    );
    claim(
      "twice",
      whole.heard !== 1,
      `sent twice with the same id, heard by ben ${whole.heard === 1 ? "once" : `${whole.heard} times`}; the second was acknowledged as ${whole.repeat ? "a repeat" : "new"}`,
    );
    step(`The same, with a server that keeps ${TINY_HISTORY} messages.`);
    const torn = await (await begin(TINY_HISTORY)).end();
    claim(
      "silent",
      torn.recovered !== false && !isWhole(torn.seqs),
      `recovered: ${torn.recovered}; ana saw messages ${torn.seqs.join(", ")}`,
    );
  },
});

/** Each number once, and in order. */
function isWhole(seqs: readonly number[]): boolean {
  return seqs.length > 1 && seqs.every((seq, i) => i === 0 || seq === (seqs[i - 1] as number) + 1);
}
