import { defineDemo } from "@ipc-playground/lab-kit";
import { Gate } from "./gate.ts";
import { namesOf, Scene } from "./scene.ts";
import { accept, close, connected, passGate, send, told } from "./telling.ts";

export default defineDemo({
  name: "write-after-close",
  title: "Writing to somebody who has gone",
  claims: {
    first: {
      says: "The first write after the other side has closed fails.",
      expect: "refuted",
      source: "RFC 9293, section 3.6: FIN says that nothing more will come, not that nothing more is read",
    },
    delivered: {
      says: "If write() succeeds, the data has arrived.",
      expect: "refuted",
      source: "send(2): no indication of failure to deliver is implicit in it",
    },
    second: {
      says: "The next write fails with EPIPE.",
      expect: "holds",
      source: "send(2); RST has come in the meantime",
    },
  },
  predict: {
    question: "The server has closed the connection. The client writes. What does that write return?",
    choices: ["EPIPE", "ECONNRESET", "The number of bytes, as ever"],
    answer: 2,
    because:
      "Nobody knows yet that it is in vain: FIN might have been a half-close. The answer to this write, RST, makes the next one fail.",
  },
  processes: {
    client({ number, fd, log }) {
      const socket = connected(log, number("port"));
      passGate(fd("write"));
      const first = send(log, socket, "hello");
      passGate(fd("write"));
      return [first, send(log, socket, "anybody there?")].map(told);
    },
    server({ fd, log }) {
      close(log, accept(log, fd("listener")));
    },
  },
  async run({ start, claim, step, until, log }) {
    using scene = new Scene(log);
    using write = new Gate();
    step("The server accepts, closes, and ends.");
    const client = start("client", { args: { port: scene.port }, fds: { write: write.fd } });
    const server = start("server", { fds: { listener: scene.listener } });
    scene.cast(client, server);
    await server.result();
    await until(() => scene.ends().client?.state === "CLOSE_WAIT", { what: "CLOSE_WAIT at the client" });
    scene.look();
    step("The client writes. When the answer has come, it writes again.");
    write.open();
    // A connection that was reset is in no table any more.
    await until(() => scene.ends().client === undefined, { what: () => `the reset; ${scene.states()}` });
    scene.look();
    write.open();
    const [first = "", second = ""] = await client.result<string[]>();
    const wire = scene.refused === undefined ? `: ${namesOf(scene.segments().slice(-2))}` : "";
    claim("first", first !== "5 B", `it returned ${first}`);
    claim(
      "delivered",
      first === "5 B" && scene.ends().client?.state === "CLOSE_WAIT",
      `${first} were taken; nobody read them, and the connection was reset${wire}`,
    );
    claim("second", second === "EPIPE", second);
  },
});
