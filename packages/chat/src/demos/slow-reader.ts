import type { Socket } from "node:net";
import { type JsonMessage, json, lengthPrefixed } from "@ipc-playground/framing";
import { framed } from "@ipc-playground/framing/node";
import { defineDemo } from "@ipc-playground/lab-kit";
import { serve } from "@ipc-playground/sockets";
import { ChatCore } from "../core/chat-core.ts";
import type { Effect } from "../core/effect.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import type { Command, Hello } from "../protocol/client-message.ts";
import type { Counters } from "../server/counters.ts";
import { Guest } from "./guest.ts";
import { endsOf, portOf } from "./looking.ts";
import { chatUntilStopped } from "./serving.ts";
import { told } from "./telling.ts";

/** ana tells a story in chapters of so many messages, each so long; ben says "go on" after each. */
const MESSAGES = 16;
const TEXT = "once upon a time ".repeat(470);
/** Chapters that she tells when cleo is gone; and the most that she tells at all. */
const EPILOGUE = 5;
const MOST_CHAPTERS = 500;

/** MB take their time where many things run at once. */
const PATIENT = { withinMs: 20_000 };

/** What ben can tell of the story. */
type Story = { chapters: number; withoutCleo: number; inOrder: boolean; reason: string };

export default defineDemo({
  name: "slow-reader",
  title: "One who does not read: who has to wait?",
  claims: {
    alone: {
      says: "A slow reader slows down nobody else: each has a connection of its own.",
      expect: "refuted",
      source: "Node.js, Backpressuring in Streams: a server that awaits each write waits for the slowest",
    },
    memory: {
      says: "A server that does not wait for a slow reader has to keep everything for it.",
      expect: "refuted",
      source: `packages/chat, server/outbox.ts: at most ${bytes(DEFAULT_LIMITS.hardQueueBytes)}, and then it hangs up`,
    },
    others: {
      says: "With a bound for each connection, all the others hear everything, in order, while one stands still.",
      expect: "holds",
      source: "packages/chat/README.md, hardQueueBytes",
    },
  },
  predict: {
    question:
      "cleo's client hangs. The server waits until each message is written. What do ana and ben notice?",
    choices: [
      "Nothing: they have connections of their own",
      "Nothing at first; then the room stands still",
      "cleo is thrown out",
    ],
    answer: 1,
    because:
      "The kernels take some MB for cleo. When they are full, the write to her does not end, and the server that waits for it does nothing else.",
  },
  processes: {
    /** The rooms of our server, and a delivery that waits for each write. */
    async naive({ log }) {
      const limits = DEFAULT_LIMITS;
      const core = new ChatCore<Socket>({ name: "naive", lobby: "lobby", limits, newId: () => "naive" });
      const deliver = async (effects: Effect<Socket>[]) => {
        for (const effect of effects) {
          if (effect.kind === "end") continue;
          const bytes = Buffer.concat(json(lengthPrefixed()).encode(effect.message as JsonMessage));
          for (const to of effect.kind === "tell" ? [effect.to] : [...effect.to]) {
            const written = new Promise((resolve) => to.write(bytes, resolve));
            if (to.writableLength === 0) await written;
            else await log.call("await write", core.nickOf(to) ?? "", () => written.then(() => "done"));
          }
        }
      };
      const stopped = new Promise((resolve) => process.once("SIGTERM", resolve));
      const server = await serve(async ({ socket }) => {
        socket.once("close", () => void deliver(core.gone(socket, "lost", Date.now())));
        for await (const message of framed(socket, json(lengthPrefixed()))) {
          const visitor = { from: "", door: "frames", resumable: false };
          const { type } = message as { type: string };
          const outcome =
            type === "hello"
              ? core.enter(socket, message as Hello, visitor, Date.now())
              : core.handle(socket, message as Command, Date.now());
          if (Array.isArray(outcome)) await deliver(outcome);
        }
      });
      await stopped;
      await server.close({ withinMs: 0 });
    },
    async ours() {
      // Nobody is slowed down for talking too much: this is about reading.
      return await chatUntilStopped({ limits: { commandBurst: MESSAGES * MOST_CHAPTERS } });
    },
    async cleo(context) {
      await Guest.enter(context, { nick: "cleo" });
      context.log.event("SIGSTOP", { note: "From now on she reads nothing." });
      process.kill(process.pid, "SIGSTOP");
    },
    /** Returns how many chapters she told. */
    async ana(context) {
      const { guest, welcome } = await Guest.enter(context, { nick: "ana" });
      await guest.company(3, welcome);
      guest.telling = false;
      let [chapters, more] = [0, MOST_CHAPTERS];
      guest.onMessage = ({ type }) => {
        if (type === "left") more = EPILOGUE;
      };
      for (; more > 0; more--) {
        for (let i = 0; i < MESSAGES; i++) guest.say(TEXT);
        chapters++;
        await guest.hears("go on");
      }
      guest.say("the end");
      await guest.leave();
      return chapters;
    },
    async ben(context) {
      const { guest } = await Guest.enter(context, { nick: "ben" });
      guest.telling = false;
      const story: Story = { chapters: 0, withoutCleo: 0, inOrder: true, reason: "" };
      guest.onMessage = (message) => {
        if (message.type !== "left" || message.nick !== "cleo") return;
        story.reason = message.reason;
        context.log.event("read", told("read", message));
      };
      for (let [seq, heard] = [0, 0]; ; seq++) {
        const message = await guest.next("message");
        story.inOrder &&= message.seq === seq + 1;
        if (message.text === "the end") break;
        if (message.from !== "ana" || ++heard % MESSAGES > 0) continue;
        story.chapters++;
        if (story.reason !== "") story.withoutCleo++;
        context.log.event("go on");
        guest.say("go on");
      }
      await guest.leave();
      return story;
    },
  },
  async run({ start, claim, step, until }) {
    /** Everybody comes, and cleo stops. */
    const begin = async (which: "naive" | "ours") => {
      const server = start(which);
      const port = await until(() => portOf(server), { what: "the server to listen" });
      const join = (who: "cleo" | "ben" | "ana") => start(who, { args: { port } });
      return { server, port, cleo: join("cleo"), ben: join("ben"), ana: join("ana") };
    };
    step("cleo's client stops reading. The server waits until each message is written.");
    const naive = await begin("naive");
    const { port, cleo } = naive;
    await until(() => !naive.ana.running || endsOf(cleo, port)?.server.timer === "persist", {
      what: "cleo's window to be 0",
      ...PATIENT,
    });
    const stoodStill = await naive.server.asleep({ in: "await" }).then(
      () => true,
      () => false,
    );
    const held = endsOf(cleo, port);
    step("ana and ben wait as well. Now cleo's client is killed.");
    cleo.kill("SIGKILL");
    const before = await naive.ben.result<Story>(PATIENT);
    await naive.ana.result();
    naive.server.kill("SIGTERM");
    await naive.server.result();
    claim(
      "alone",
      !stoodStill,
      stoodStill
        ? `in chapter ${before.chapters - before.withoutCleo} the server slept in its write to cleo, with ${bytes(held?.server.sendQueue)} on the way and ${bytes(held?.client.receiveQueue)} unread; it went on when she was killed`
        : `ben heard all ${before.chapters} chapters while cleo read none`,
    );

    step("The same for our server.");
    const ours = await begin("ours");
    const [story, told] = [await ours.ben.result<Story>(PATIENT), await ours.ana.result<number>()];
    ours.cleo.kill("SIGKILL");
    ours.server.kill("SIGTERM");
    const { queueHighWater } = await ours.server.result<Counters>();
    const said = told * MESSAGES * TEXT.length;
    claim(
      "memory",
      queueHighWater > 2 * DEFAULT_LIMITS.hardQueueBytes,
      `of ${bytes(said)}, at most ${bytes(queueHighWater)} were kept for her`,
    );
    claim(
      "others",
      story.inOrder && story.chapters === told && story.withoutCleo > 0,
      `ben heard ${story.chapters} of ${told} chapters; the ${story.withoutCleo} last ones without cleo, who "${story.reason}"`,
    );
  },
});

function bytes(count: number | undefined): string {
  return `${(count ?? 0).toLocaleString("en")} bytes`;
}
