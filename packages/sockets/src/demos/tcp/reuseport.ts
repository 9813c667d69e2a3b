import { defineDemo } from "@ipc-playground/lab-kit";
import * as libc from "@ipc-playground/libc";
import { Gate } from "./gate.ts";
import { Scene } from "./scene.ts";
import { passGate } from "./telling.ts";

const CLIENTS = 40;

export default defineDemo({
  name: "reuseport",
  title: "Several servers on one port",
  claims: {
    alone: {
      says: "A socket that sets SO_REUSEPORT may join any port that another one listens on.",
      expect: "refuted",
      source: "socket(7): all of them must have set it, and be of one user",
    },
    spare: {
      says: "One of the sockets gets all connections; the others are spare.",
      expect: "refuted",
      source: "socket(7): the kernel spreads them, by addresses and ports",
    },
  },
  processes: {
    /** Accepts until it is told that all are there. */
    server({ fd, log }) {
      passGate(fd("counted"));
      let accepted = 0;
      // Whoever connected is in the queue of one of the listeners: there is nothing to wait for.
      libc.setNonBlocking(fd("listener"), true);
      for (let socket = libc.accept(fd("listener")); socket >= 0; socket = libc.accept(fd("listener"))) {
        accepted++;
        libc.close(socket);
      }
      log.event("accepted", { object: "connections", result: String(accepted) });
      return accepted;
    },
    client({ number, fd, log }) {
      const address = { family: "inet", address: "127.0.0.1", port: number("port") } as const;
      const sockets = Array.from({ length: CLIENTS }, () => libc.socket("inet", "stream"));
      for (const socket of sockets)
        log.call("connect", "the port", () => told(libc.connectSocket(socket, address)));
      log.event("connected");
      passGate(fd("end"));
    },
  },
  async run({ start, claim, step, log }) {
    step("A second listener for the port, without and with SO_REUSEPORT on the first.");
    using plain = new Scene(log, { watch: false });
    using shared = new Scene(log, { watch: false, backlog: CLIENTS, reuse: "SO_REUSEPORT" });
    const [refused, second] = [join(plain.port), join(shared.port)];
    log.event("bind", { object: "where the first has not set it", result: toldJoin(refused) });
    log.event("bind", { object: "where both have", result: toldJoin(second) });
    claim(
      "alone",
      refused >= 0,
      `only the second has set it: ${toldJoin(refused)}; both: ${toldJoin(second)}`,
    );

    step(`${CLIENTS} clients connect. Two processes have a listener each.`);
    using counted = new Gate();
    using end = new Gate();
    const client = start("client", { args: { port: shared.port }, fds: { end: end.fd } });
    await client.said("connected");
    const servers = [shared.listener, second].map((listener, i) =>
      start("server", { as: `server ${i + 1}`, fds: { listener, counted: counted.fd } }),
    );
    for (const _ of servers) counted.open();
    const counts = await Promise.all(servers.map((server) => server.result<number>()));
    end.open();
    libc.close(second);
    claim(
      "spare",
      counts.includes(0) || counts.reduce((sum, n) => sum + n) !== CLIENTS,
      `${CLIENTS} connections went ${counts.join(" and ")}`,
    );
  },
});

/** Listen on a port that somebody has, with SO_REUSEPORT. Returns a descriptor or `-errno`. */
function join(port: number): number {
  const fd = libc.socket("inet", "stream");
  libc.setSocketOption(fd, "SO_REUSEPORT", 1);
  const bound = libc.bindSocket(fd, { family: "inet", address: "127.0.0.1", port });
  if (bound === 0) libc.listen(fd, CLIENTS);
  else libc.close(fd);
  return bound === 0 ? fd : bound;
}

function toldJoin(result: number): string {
  return result < 0 ? libc.errnoSymbol(-result) : "bound, listens";
}

function told(result: number): number | string {
  return result < 0 ? result : "connected";
}
