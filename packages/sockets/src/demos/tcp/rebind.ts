import { defineDemo } from "@ipc-playground/lab-kit";
import * as libc from "@ipc-playground/libc";
import { Gate } from "./gate.ts";
import { Scene } from "./scene.ts";
import { accept, close, connected, passGate, told } from "./telling.ts";

export default defineDemo({
  name: "rebind",
  title: "A server that starts again",
  claims: {
    free: {
      says: "When a server has ended, its port is free at once.",
      expect: "refuted",
      source: "bind(2), EADDRINUSE: connections in TIME_WAIT hold it",
    },
    reuse: {
      says: "With SO_REUSEADDR the port can be bound while old connections are in TIME_WAIT.",
      expect: "holds",
      source: "socket(7); Node sets it for every server",
    },
    share: {
      says: "SO_REUSEADDR lets two servers share a port.",
      expect: "refuted",
      source: "socket(7): not while one listens; for that there is SO_REUSEPORT",
    },
  },
  processes: {
    client({ number, fd, log }) {
      const socket = connected(log, number("port"));
      passGate(fd("gate"));
      close(log, socket);
    },
    /** Closes first, and ends. */
    server({ fd, log }) {
      const socket = accept(log, fd("listener"));
      close(log, socket);
    },
    /** Tries to have the port, as a server does that starts. */
    next({ number, fd, log }) {
      const socket = libc.socket("inet", "stream");
      if (number("reuse")) libc.setSocketOption(socket, "SO_REUSEADDR", 1);
      const result = log.call(
        "bind",
        `port ${number("port")}`,
        () => {
          const bound = libc.bindSocket(socket, {
            family: "inet",
            address: "127.0.0.1",
            port: number("port"),
          });
          return bound === 0 ? libc.listen(socket, 1) : bound;
        },
        undefined,
        (value) => (value === 0 ? { result: "bound, listens" } : {}),
      );
      log.event("tried");
      if (result === 0) passGate(fd("gate"));
      return told(result);
    },
  },
  async run({ start, claim, step, until, log }) {
    using scene = new Scene(log, { reuse: "SO_REUSEADDR" });
    using gate = new Gate();
    const next = (as: string, reuse: 0 | 1) =>
      start("next", { as, args: { port: scene.port, reuse }, fds: { gate: gate.fd } });
    step("A server has served a client, and ends. It closed first.");
    const client = start("client", { args: { port: scene.port }, fds: { gate: gate.fd } });
    const server = start("server", { fds: { listener: scene.listener } });
    scene.cast(client, server);
    await server.result();
    scene.closeListener();
    gate.open();
    await client.result();
    await until(() => scene.ends().server?.state === "TIME_WAIT", { what: "TIME_WAIT at the server" });
    const left = scene.ends().server;
    scene.look();

    step("It starts again, without SO_REUSEADDR, and with it.");
    const plain = await next("plain", 0).result<string>();
    const patient = next("with option", 1);
    await patient.said("tried");
    claim("free", plain === "0 B", `${left?.state} on port ${scene.port}, without the option: ${plain}`);

    step("While that one listens, another one comes that has the option, too.");
    const another = await next("another", 1).result<string>();
    gate.open();
    const bound = await patient.result<string>();
    claim("reuse", bound === "0 B", `with it: ${bound === "0 B" ? "bound" : bound}`);
    claim("share", another === "0 B", `while one listens, the second one gets ${another}`);
  },
});
