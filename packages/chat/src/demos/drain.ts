import { once } from "node:events";
import { defineDemo } from "@ipc-playground/lab-kit";
import { processStat, tcpSockets } from "@ipc-playground/libc";
import { connect } from "@ipc-playground/sockets";
import { Guest, HERE } from "./guest.ts";
import { portOf } from "./looking.ts";

const TEXT = "once upon a time ".repeat(470);
/** So much shall wait in the server's own memory for a reader that is behind: not so much that it is cut. */
const WAITING_BYTES = 256 * 1024;
const BACK_IN_MS = 5_000;
/** 128 + SIGTERM: what a shell says of a program that the signal ended. */
const STATUS_OF_SIGTERM = 143;

export default defineDemo({
  name: "drain",
  title: "SIGTERM: the last words of a server",
  claims: {
    lost: {
      says: "What a server has not written yet when SIGTERM comes is lost.",
      expect: "refuted",
      source: "packages/chat, ChatServer.drain(): it lets that flow out, for at most flushMs",
    },
    broken: {
      says: "Its clients notice by a broken connection.",
      expect: "refuted",
      source: "packages/chat, server-message.ts: `shutdown`, and then FIN",
    },
    door: {
      says: "Until the last of them has gone, others may come in.",
      expect: "refuted",
      source: "listen(2), close(2): a listening socket that is closed refuses",
    },
    status: {
      says: "A program that SIGTERM ends has the exit status 143.",
      expect: "refuted",
      source: "signal(7), wait(2): a signal that is handled is no cause of death",
    },
  },
  predict: {
    question:
      "SIGTERM comes while a quarter of a MB waits in the server's memory for ben, who is behind. What does ben get?",
    choices: ["What his kernel has", "All of it, and a goodbye", "A reset"],
    answer: 1,
    because:
      "The server accepts nobody any more, tells everybody, and ends each connection behind what is queued there. It exits when all have taken it, or after ten seconds.",
  },
  processes: {
    async server({ log }) {
      const stopped = once(process, "SIGTERM");
      const { serveChat } = await import("../server/serve-chat.ts");
      const server = await serveChat({ limits: { commandBurst: 10_000 } });
      await stopped;
      log.event("SIGTERM");
      const drained = server.drain({ backInMs: BACK_IN_MS });
      // A turn of the event loop later it has begun to. Who knocked before could still be let in.
      await new Promise(setImmediate);
      log.event("drains");
      const { ended, cut } = await drained;
      log.event("drained", { result: `${ended} ended, ${cut} cut` });
    },
    /** Talks until enough waits for ben. Returns how often, and how many bytes waited where. */
    async ana(context) {
      const { guest, welcome } = await Guest.enter(context, { nick: "ana" });
      await guest.company(2, welcome);
      const port = context.number("port");
      const own = guest.socket.localPort;
      const before = guest.socket.bytesRead;
      guest.telling = false;
      let [texts, said, kernels] = [0, 0, 0];
      while (said - kernels < WAITING_BYTES) {
        for (let i = 0; i < 8; i++) guest.say(TEXT);
        for (let i = 0; i < 8; i++) await guest.next("message");
        texts += 8;
        // What she has heard, ben was sent as well: the same bytes.
        said = guest.socket.bytesRead - before;
        kernels = tcpSockets(port)
          .filter(
            ({ state, localPort, remotePort }) =>
              state !== "LISTEN" && localPort !== own && remotePort !== own,
          )
          .reduce((sum, { sendQueue, receiveQueue }) => sum + sendQueue + receiveQueue, 0);
      }
      guest.telling = true;
      context.log.event("has talked", { result: `${said} B` });
      return { texts, said, kernels, backInMs: await toldToComeBack(guest) };
    },
    /** Stops when he is in. Later, he counts what came before the shutdown notice. */
    async ben(context) {
      const { guest } = await Guest.enter(context, { nick: "ben" });
      context.log.event("SIGSTOP");
      process.kill(process.pid, "SIGSTOP");
      let texts = 0;
      guest.telling = false;
      guest.onMessage = ({ type }) => {
        if (type === "message") texts++;
      };
      const backInMs = await toldToComeBack(guest);
      context.log.event("read", { result: `${texts} messages, and shutdown` });
      return { texts, backInMs };
    },
  },
  async run({ start, claim, step, until, log }) {
    step("ben's client stops. ana talks until there is something for him in the server's own memory.");
    const server = start("server");
    const port = await until(() => portOf(server), { what: "the server to listen" });
    const ben = start("ben", { args: { port } });
    await ben.said("SIGSTOP");
    await until(() => processStat(ben.pid)?.state === "T", { what: "ben to be stopped" });
    const ana = start("ana", { args: { port } });
    await ana.said("has talked");
    step("SIGTERM. Somebody knocks; and ben goes on.");
    server.kill("SIGTERM");
    await server.said("drains");
    const knock = await connect({ host: HERE, port }).then(
      (socket) => {
        socket.destroy();
        return "connected";
      },
      (error: { code: string }) => error.code,
    );
    log.event("connect", { result: knock.toLowerCase().replace("_", " ") });
    ben.kill("SIGCONT");
    const told = await ana.result<{
      texts: number;
      said: number;
      kernels: number;
      backInMs: number | null;
    }>();
    const heard = await ben.result<{ texts: number; backInMs: number | null }>();
    const { code, signal } = await server.exited();
    claim(
      "lost",
      heard.texts < told.texts,
      `ben heard ${heard.texts} of ${told.texts} messages; ${(told.said - told.kernels).toLocaleString("en")} bytes of them were still in the server's memory`,
    );
    claim(
      "broken",
      heard.backInMs === null || told.backInMs === null,
      `before the end both were told to come back in ${(heard.backInMs ?? 0) / 1_000} s`,
    );
    claim("door", knock === "connected", `somebody knocked while ben was behind: ${knock}`);
    claim("status", signal !== null || code === STATUS_OF_SIGTERM, `it exited with status ${code}`);
  },
});

/** Waits for the shutdown notice, and for the end. `null`: the end came without. */
async function toldToComeBack(guest: Guest): Promise<number | null> {
  try {
    const { backInMs } = await guest.next("shutdown");
    await guest.untilEnd();
    return backInMs;
  } catch {
    return null;
  }
}
