import { once } from "node:events";
import { defineDemo } from "@ipc-playground/lab-kit";
import { connect, echoLines, serve } from "@ipc-playground/sockets";
import { codeOf, HERE, portOf } from "./net-telling.ts";

export default defineDemo({
  name: "echo-server",
  title: "A server that counts, and what ends a connection",
  claims: {
    taken: {
      says: "A second server at the same port waits until the first one has ended.",
      expect: "refuted",
      source: "bind(2): EADDRINUSE, at once",
    },
    killed: {
      says: "A client that is killed leaves its connection open: it had no time to close it.",
      expect: "refuted",
      source: "exit_group(2), kill(2): the kernel closes what a process had open, however it ended",
    },
  },
  predict: {
    question: "A client dies by kill -9 between two messages. What does its server see?",
    choices: ["Nothing, for two hours", "An ordinary end", "An error: ECONNRESET"],
    answer: 1,
    because:
      "The process is gone, but its kernel is not: it closes every descriptor, and a socket that is closed with all of its input read says FIN. Only when the machine itself goes does a server hear nothing.",
  },
  processes: {
    /** Serves two clients, and returns what it knew of each when it left. */
    async server({ log }) {
      const server = await serve(echoLines);
      const left: { id: number; messages: number; bytesIn: number; error: string }[] = [];
      server.on("opened", ({ id }) => log.event("accept", { result: `#${id}` }));
      for (let clients = 0; clients < 2; clients++) {
        const [connection, error] = await once(server, "closed");
        const { id, messages, bytesIn } = connection.info();
        left.push({ id, messages, bytesIn, error: error?.code ?? "none" });
        log.event("closed", { object: `#${id}`, result: error?.code ?? "as it should be" });
      }
      await server.close();
      return left;
    },
    async rival({ number, log }) {
      return await log.call("listen", `${HERE}:${number("port")}`, () =>
        serve(echoLines, { port: number("port") }).then(() => "listening", codeOf),
      );
    },
    /** Says two lines, asks for its own statistics, and leaves. */
    async polite({ number, log }) {
      const socket = await connect({ host: HERE, port: number("port") });
      log.event("write", { bytes: socket.write("one\ntwo\n/info\n") ? 14 : 0 });
      socket.setEncoding("utf8");
      let heard = "";
      for await (const text of socket) {
        heard += text;
        if (heard.endsWith("idle 0 s\n")) socket.end("/quit\n");
      }
      log.event("read", { result: heard.split("\n")[2]?.split("  ").slice(1, 4).join(", ") ?? "nothing" });
    },
    /** Says a line, and then nothing, until it is killed. */
    async doomed({ number, log }) {
      const socket = await connect({ host: HERE, port: number("port") });
      socket.write("hello\n");
      await once(socket, "data");
      log.event("heard");
      await once(socket, "close");
    },
  },
  async run({ start, claim, step, until }) {
    step("The first client writes two lines and asks what the server knows of it.");
    const server = start("server");
    const port = await until(() => portOf(server), { what: "the server to listen" });
    await start("polite", { args: { port } }).result();
    step("Another server wants the same port.");
    const began = performance.now();
    const outcome = await start("rival", { args: { port } }).result<string>();
    claim("taken", outcome === "listening", `${outcome} within ${Math.round(performance.now() - began)} ms`);
    step("The second client is killed.");
    const doomed = start("doomed", { args: { port } });
    await doomed.said("heard");
    doomed.kill("SIGKILL");
    const left = await server.result<{ id: number; messages: number; bytesIn: number; error: string }[]>();
    const last = left[1];
    claim(
      "killed",
      last === undefined,
      `the server saw #${last?.id} end after ${last?.messages} message and ${last?.bytesIn} bytes (error: ${last?.error})`,
    );
  },
});
