import { defineDemo } from "@ipc-playground/lab-kit";
import { processStat, tcpSockets } from "@ipc-playground/libc";
import { Cues } from "./cues.ts";
import { Guest } from "./guest.ts";
import { portOf } from "./looking.ts";
import { chatUntilStopped, watchedDoor } from "./serving.ts";

/** What is said, in the order of time. */
const SAID = ["ana 1", "ben 1", "ana 2", "ben 2"];

export default defineDemo({
  name: "order",
  title: "Who spoke first? The server says",
  claims: {
    same: {
      says: "Everybody in a room sees the messages in the same order.",
      expect: "holds",
      source: "packages/chat, core/room.ts: one server gives out the numbers",
    },
    time: {
      says: "That is the order in which they were said.",
      expect: "refuted",
      source: "Lamport, Time, Clocks, and the Ordering of Events in a Distributed System (1978)",
    },
    own: {
      says: "What one person said stays in its order.",
      expect: "holds",
      source: "RFC 9293, 3.4: the order within a connection",
    },
  },
  predict: {
    question:
      "ana and ben speak in turns, ana first. The server is busy, and then reads it all. In which order do they see it?",
    choices: [
      "ana 1, ben 1, ana 2, ben 2",
      "Each sees the own words first",
      "One's words, then the other's; the same for both",
    ],
    answer: 2,
    because:
      "The server reads connection by connection, and no time is written on the bytes. But the order in which it reads is everybody's order: it gives each message a number, and there is only one who does.",
  },
  processes: {
    async server({ log }) {
      await chatUntilStopped({ doors: [watchedDoor(log)] });
    },
    /** Says something at each signal. Returns everything that it heard, in order. */
    async person(context) {
      const nick = context.text("nick");
      const cues = new Cues();
      const { guest, welcome } = await Guest.enter(context, { nick });
      await guest.company(2, welcome);
      context.log.event("in");
      for (const text of SAID.filter((text) => text.startsWith(nick))) {
        await cues.next();
        guest.say(text);
      }
      const heard: string[] = [];
      while (heard.length < SAID.length) heard.push((await guest.next("message")).text);
      await guest.leave();
      return heard;
    },
  },
  async run({ start, claim, step, until }) {
    step("ana and ben speak in turns, while the server is busy (SIGSTOP).");
    const server = start("server");
    const port = await until(() => portOf(server), { what: "the server to listen" });
    const join = (nick: string) => start("person", { as: nick, args: { port, nick } });
    const people = { ana: join("ana"), ben: join("ben") };
    await people.ana.said("in");
    await people.ben.said("in");
    server.kill("SIGSTOP");
    await until(() => processStat(server.pid)?.state === "T", { what: "the server to be stopped" });
    const unread = () =>
      tcpSockets(port)
        .filter(({ state, localPort }) => state !== "LISTEN" && localPort === port)
        .reduce((sum, { receiveQueue }) => sum + receiveQueue, 0);
    for (const text of SAID) {
      const before = unread();
      people[text.split(" ")[0] as "ana" | "ben"].kill("SIGUSR2");
      await until(() => unread() > before, { what: `"${text}" to be on its way` });
    }
    step("The server reads.");
    server.kill("SIGCONT");
    const [ana, ben] = [await people.ana.result<string[]>(), await people.ben.result<string[]>()];
    server.kill("SIGTERM");
    await server.result();
    claim("same", ana.join() === ben.join(), `ana saw ${ana.join(", ")}; ben ${ben.join(", ")}`);
    claim("time", ana.join() === SAID.join(), `said: ${SAID.join(", ")}; seen: ${ana.join(", ")}`);
    const place = (text: string) => ana.indexOf(text);
    claim(
      "own",
      place("ana 1") < place("ana 2") && place("ben 1") < place("ben 2"),
      `ana's are in the places ${place("ana 1") + 1} and ${place("ana 2") + 1}, ben's ${place("ben 1") + 1} and ${place("ben 2") + 1}`,
    );
  },
});
