import { once } from "node:events";
import { defineDemo } from "@ipc-playground/lab-kit";
import { connect, serve } from "@ipc-playground/sockets";
import { codeOf, HERE, portOf } from "./net-telling.ts";

export default defineDemo({
  name: "half-close",
  title: "Who ends first: the client, or the server",
  claims: {
    clientFirst: {
      says: "A client that has ended its side can still read the answer.",
      expect: "holds",
      source: "RFC 9293, 3.6: closing is for one direction; shutdown(2)",
    },
    serverFirst: {
      says: "After the server has ended, a Node client can go on writing.",
      expect: "refuted",
      source: "Node.js, net.Socket: allowHalfOpen is false unless it is asked for",
    },
    allowed: {
      says: "With allowHalfOpen it can, for as long as it likes.",
      expect: "holds",
      source: "Node.js, net.connect; RFC 9293: CLOSE-WAIT",
    },
  },
  predict: {
    question:
      "A server says hello and ends its side. The client, as net makes it, writes a little later. Does it arrive?",
    choices: ["Yes: only the other direction is closed", "No: net has ended the client's side too"],
    answer: 1,
    because:
      "TCP is in CLOSE-WAIT and would carry it. But net, unless allowHalfOpen is set, answers an end with an end, and the write fails in the client itself.",
  },
  processes: {
    /** For the first client: counts until it has ended, then answers. For the others: ends at once, then listens. */
    async server({ text, log }) {
      let finish: (heard: string) => void = () => {};
      const result = new Promise<string>((resolve) => {
        finish = resolve;
      });
      const server = await serve(
        async ({ socket }) => {
          let got = "";
          if (text("first") === "server") {
            socket.end("that is all from me");
            log.event("shutdown", { note: "FIN: nothing more will come from here." });
          }
          for await (const chunk of socket.iterator({ destroyOnReturn: false })) got += chunk;
          log.event("read", { result: `"${got}", then end-of-file` });
          if (text("first") === "client") socket.end(`${got.length} bytes`);
          socket.end();
          finish(got);
        },
        { allowHalfOpen: true },
      );
      const got = await result;
      await server.close();
      return got;
    },
    async asker({ number, log }) {
      const socket = await connect({ host: HERE, port: number("port") });
      socket.end("how long is this?");
      log.event("shutdown", { note: "FIN: the question is complete." });
      let answer = "";
      for await (const chunk of socket) answer += chunk;
      log.event("read", { result: `"${answer}", then end-of-file` });
      return answer;
    },
    /** Writes when the server's end has come and a turn of the event loop has passed. */
    async writer({ number, text, log }) {
      const allowHalfOpen = text("halfOpen") === "yes";
      const socket = await connect({ host: HERE, port: number("port"), allowHalfOpen });
      socket.on("error", () => {});
      socket.resume();
      await once(socket, "end");
      log.event("read", { result: "end-of-file" });
      await new Promise(setImmediate);
      const failed = await new Promise<unknown>((resolve) => socket.write("but not from me", resolve));
      log.event("write", { result: failed ? codeOf(failed) : "written" });
      socket.end();
      return failed ? codeOf(failed) : "written";
    },
  },
  async run({ start, claim, step, until }) {
    step("The client ends first: its end is the end of the question.");
    const first = start("server", { as: "answering", args: { first: "client" } });
    const port = await until(() => portOf(first), { what: "the server to listen" });
    const answer = await start("asker", { args: { port } }).result<string>();
    await first.result();
    claim("clientFirst", answer === "17 bytes", `it read "${answer}" after its own end`);
    for (const halfOpen of ["no", "yes"] as const) {
      step(`The server ends first, and the client writes, allowHalfOpen: ${halfOpen === "yes"}.`);
      const server = start("server", { as: `ended ${halfOpen}`, args: { first: "server" } });
      const at = await until(() => portOf(server), { what: "the server to listen" });
      const wrote = await start("writer", {
        as: `writer ${halfOpen}`,
        args: { port: at, halfOpen },
      }).result<string>();
      const got = await server.result<string>();
      const name = halfOpen === "yes" ? "allowed" : "serverFirst";
      claim(name, got === "but not from me", `the client's write: ${wrote}; the server got "${got}"`);
    }
  },
});
