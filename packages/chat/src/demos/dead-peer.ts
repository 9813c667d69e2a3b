import { defineDemo } from "@ipc-playground/lab-kit";
import { processStat } from "@ipc-playground/libc";
import { connectChat } from "../client/client.ts";
import type { Counters } from "../server/counters.ts";
import { Guest, HERE } from "./guest.ts";
import { endsOf, portOf } from "./looking.ts";
import { chatUntilStopped } from "./serving.ts";

/** Milliseconds, for a demo; the server's own are 30 s and 5 s. */
const HEARTBEAT_MS = 100;
const PING_MS = 300;
const URGENT_PINGS = 3;

export default defineDemo({
  name: "dead-peer",
  title: "A client that hangs, and a room that hears why it is gone",
  claims: {
    tcp: {
      says: "TCP notices that the program at the other end does nothing any more.",
      expect: "refuted",
      source: "RFC 9293, 3.8: acknowledgements are the kernel's, not the program's",
    },
    why: {
      says: "When somebody is gone, nobody can tell the others why.",
      expect: "refuted",
      source: "packages/chat, server-message.ts: `left` has a reason",
    },
    back: {
      says: "Who has been cut off for silence must come in again, as somebody new.",
      expect: "refuted",
      source: "packages/chat, client/client.ts: it comes back by itself, with its token",
    },
  },
  predict: {
    question:
      "ana's client is stopped (SIGSTOP), and the server pings it. What does the server's kernel see?",
    choices: ["A connection in perfect health", "Pings that nobody acknowledges", "A reset"],
    answer: 0,
    because:
      "The kernel of ana's machine goes on, and acknowledges every ping. That nobody reads them, only the program could say, and it is stopped.",
  },
  processes: {
    async server() {
      const limits = { heartbeatMs: HEARTBEAT_MS, pingMs: PING_MS, urgentPings: URGENT_PINGS };
      return await chatUntilStopped({ limits });
    },
    /** The real client: it answers pings, and comes back. Returns whether the server knew it again. */
    async ana({ number, log }) {
      const client = connectChat({ host: HERE, port: number("port"), nick: "ana", baseMs: 50 });
      client.on("waiting", (_, why) => log.event("cut off", { result: why.code }));
      await client.whenOnline();
      log.event("online");
      const again = new Promise<boolean | undefined>((resolve) => {
        client.on("welcome", ({ rooms }) => resolve(rooms[0]?.recovered));
      });
      const recovered = await again;
      log.event("back", { result: `as ${client.nick}, recovered: ${recovered}` });
      await client.quit("bye");
      return recovered;
    },
    /** Sees ana come and go, and come. Returns why she left the first time, and who came then. */
    async ben(context) {
      const { guest, welcome } = await Guest.enter(context, { nick: "ben" });
      await guest.company(2, welcome);
      context.log.event("sees ana");
      const { reason } = await guest.next("left");
      const { nick } = await guest.next("joined");
      context.log.event("read", { result: `${nick} joined` });
      await guest.next("left");
      await guest.leave();
      return { reason, nick };
    },
  },
  async run({ start, claim, step, until, log }) {
    step(`ana's client is stopped. The server pings who has been silent for ${HEARTBEAT_MS} ms.`);
    const server = start("server");
    const port = await until(() => portOf(server), { what: "the server to listen" });
    const [ben, ana] = [start("ben", { args: { port } }), start("ana", { args: { port } })];
    await ben.said("sees ana");
    await ana.said("online");
    ana.kill("SIGSTOP");
    await until(() => processStat(ana.pid)?.state === "T", { what: "ana to be stopped" });
    const look = await until(
      () => {
        const ends = endsOf(ana, port);
        if (ends === undefined) return "gone";
        // A ping that has just come is acknowledged within 40 ms: a kernel waits a little for data to send along.
        return ends.client.receiveQueue > 0 && ends.server.sendQueue === 0 && ends;
      },
      { what: "a ping to wait for ana" },
    );
    const health =
      look === "gone"
        ? "no connection"
        : `${look.server.state}, ${look.server.sendQueue} bytes unacknowledged, ${look.client.receiveQueue} unread`;
    log.event("/proc/net/tcp", { result: health });
    await ben.said("read");
    step("ana's client goes on, and finds out.");
    ana.kill("SIGCONT");
    const recovered = await ana.result<boolean | undefined>();
    const { reason, nick } = await ben.result<{ reason: string; nick: string }>();
    server.kill("SIGTERM");
    const { endings } = await server.result<Counters>();
    claim("tcp", !health.startsWith("ESTABLISHED, 0 bytes"), `while she was stopped: ${health}`);
    claim("why", endings.silent === 0 || reason === "", `ben was told: "${reason}"`);
    claim(
      "back",
      nick !== "ana" || recovered !== true,
      `${nick} was back by herself, recovered: ${recovered}`,
    );
  },
});
