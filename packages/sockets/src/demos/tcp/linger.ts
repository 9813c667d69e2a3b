import { defineDemo } from "@ipc-playground/lab-kit";
import { setLinger } from "@ipc-playground/libc";
import { Gate } from "./gate.ts";
import { namesOf, Scene } from "./scene.ts";
import { accept, close, connected, passGate, recv, told } from "./telling.ts";

export default defineDemo({
  name: "linger",
  title: "SO_LINGER with 0 seconds: hanging up",
  claims: {
    noWait: {
      says: "SO_LINGER with 0 seconds makes close() leave no TIME_WAIT.",
      expect: "holds",
      source: "socket(7), RFC 9293, section 3.10.5: ABORT",
    },
    normal: {
      says: "To the other side it looks like any other close.",
      expect: "refuted",
      source: "recv(2): ECONNRESET instead of the end of the stream",
    },
    segment: {
      says: "It sends RST, and no FIN.",
      expect: "holds",
      source: "RFC 9293, section 3.10.5",
    },
  },
  processes: {
    client({ number, fd, log }) {
      const socket = connected(log, number("port"));
      passGate(fd("close"));
      log.call("setsockopt", "SO_LINGER 0 s", () => (setLinger(socket, 0) === 0 ? "set" : "refused"));
      close(log, socket);
    },
    server({ fd, log }) {
      const socket = accept(log, fd("listener"));
      return told(recv(log, socket).result);
    },
  },
  async run({ start, claim, unavailable, step, log }) {
    using scene = new Scene(log);
    using gate = new Gate();
    step("The server waits for data. The client hangs up.");
    const client = start("client", { args: { port: scene.port }, fds: { close: gate.fd } });
    const server = start("server", { fds: { listener: scene.listener } });
    scene.cast(client, server);
    await server.asleep({ in: "recv" });
    gate.open();
    const end = await server.result<string>();
    await client.result();
    scene.look();
    const { client: c, server: s } = scene.ends();
    claim("noWait", c === undefined && s === undefined, scene.states());
    claim("normal", end === "0 B", `the server's recv() came back with ${end}`);
    scene.judge("segment", { claim, unavailable }, (segments) => {
      const after = segments.slice(3);
      return [after.length === 1 && after.every(({ name }) => name.startsWith("RST")), namesOf(segments)];
    });
  },
});
