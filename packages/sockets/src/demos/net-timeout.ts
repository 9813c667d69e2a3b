import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { defineDemo } from "@ipc-playground/lab-kit";
import { HERE, portOf } from "./net-telling.ts";

/** Short: a demo has no time to lose. Servers take seconds to minutes. */
const IDLE_MS = 40;
/** So much longer is the second one waited for. */
const TIMES = 100;

export default defineDemo({
  name: "net-timeout",
  title: "socket.setTimeout: a word, not a deed",
  claims: {
    closes: {
      says: "setTimeout closes an idle socket.",
      expect: "refuted",
      source: "Node.js, socket.setTimeout: emits 'timeout'; the program must end() or destroy()",
    },
    spent: {
      says: "'timeout' comes once, and then the timer is spent.",
      expect: "refuted",
      source: "Node.js, socket.setTimeout: every byte that comes or goes winds it up again",
    },
  },
  predict: {
    question:
      "A server calls socket.setTimeout(60_000) and nothing else. A client is silent for an hour. Then?",
    choices: ["After a minute it was cut off", "It is still connected", "The next byte gets ECONNRESET"],
    answer: 1,
    because: "setTimeout only emits 'timeout'. Without a listener that ends the socket, nothing happens.",
  },
  processes: {
    async server({ log }) {
      const server = createServer().listen(0, HERE);
      const [socket] = (await once(server, "connection")) as [Socket];
      server.close();
      socket.setTimeout(IDLE_MS);
      log.event("setTimeout", { result: `${IDLE_MS} ms` });
      await once(socket, "timeout");
      const state = socket.readyState;
      log.event("'timeout'", { result: `the socket is ${state}` });

      socket.write("are you there?");
      const [answer] = await once(socket, "data");
      log.event("'data'", { result: `"${answer}"` });
      const tooLong = new Promise((resolve) => setTimeout(resolve, IDLE_MS * TIMES, "never").unref());
      const second = await Promise.race([once(socket, "timeout").then(() => "came"), tooLong]);
      log.event("'timeout'", { result: `${second} again` });
      log.event("destroy", { note: "This ends it, and only this." });
      socket.destroy();
      return { state, answer: `${answer}`, second };
    },
    /** Silent, until it is asked. */
    async client({ number, log }) {
      const socket = connect(number("port"), HERE);
      const [question] = await once(socket, "data");
      log.event("'data'", { result: `"${question}"` });
      socket.write("yes");
      await once(socket, "close");
      log.event("'close'");
    },
  },
  async run({ start, claim, step, until }) {
    step(`A server gives its client ${IDLE_MS} ms. The client says nothing.`);
    const server = start("server");
    const port = await until(() => portOf(server), { what: "the server to listen" });
    await start("client", { args: { port } }).result();
    const { state, answer, second } = await server.result<{
      state: string;
      answer: string;
      second: string;
    }>();
    claim(
      "closes",
      answer !== "yes",
      `at 'timeout' the socket was ${state}; asked, the client said "${answer}"`,
    );
    claim("spent", second !== "came", `after the client's answer a second 'timeout' ${second}`);
  },
});
