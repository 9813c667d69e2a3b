import { readFileSync } from "node:fs";
import { defineDemo } from "@ipc-playground/lab-kit";
import { connectSocket, networkCounters, socket, tcpSockets } from "@ipc-playground/libc";
import { Gate } from "./gate.ts";
import { Scene } from "./scene.ts";
import { accept, passGate } from "./telling.ts";

const BACKLOG = 1;
const CLIENTS = 5;
const OVERFLOWS = "TcpExt.ListenOverflows";

export default defineDemo({
  name: "backlog",
  title: "More clients than a listener has room for",
  claims: {
    exact: {
      says: `listen(fd, ${BACKLOG}) lets ${BACKLOG} connection wait.`,
      expect: "refuted",
      source: "listen(2) calls it a hint; Linux asks whether there are more than that, so it takes one more",
    },
    refused: {
      says: "A client that finds the queue full is refused.",
      expect: "refuted",
      source: "listen(2): the request may be ignored, so that a later try succeeds",
    },
    established: {
      says: "A full accept queue leaves the client ESTABLISHED, with a connection that the server does not have.",
      expect: "refuted",
      source: "Linux since 2016 drops the SYN already when the accept queue is full (net/ipv4/tcp_input.c)",
    },
    later: {
      says: "Who was not let in gets in by itself, when there is room.",
      expect: "holds",
      source: "RFC 9293, section 3.8.1: SYN is sent again, first after a second (RFC 6298)",
    },
  },
  predict: {
    question: "listen(fd, 1), and five clients at once. The server accepts nobody. How do they fare?",
    choices: ["1 connects, 4 are refused", "2 connect, 3 wait", "All connect"],
    answer: 1,
    because:
      "Linux takes one more than it is told. The SYN of the others is dropped without a word, and their kernels will send it again.",
  },
  processes: {
    clients({ number, fd, log }) {
      const address = { family: "inet", address: "127.0.0.1", port: number("port") } as const;
      for (let i = 1; i <= CLIENTS; i++) {
        const one = socket("inet", "stream", { nonBlocking: true });
        log.call("connect", `client ${i}`, () => connectSocket(one, address));
      }
      passGate(fd("end"));
    },
    server({ fd, log }) {
      passGate(fd("accept"));
      for (let i = 0; i < CLIENTS; i++) accept(log, fd("listener"));
      passGate(fd("end"));
    },
  },
  async run({ start, claim, unavailable, step, until, log }) {
    using scene = new Scene(log, { backlog: BACKLOG });
    using acceptGate = new Gate();
    using end = new Gate();
    const overflows = () => networkCounters().get(OVERFLOWS) ?? 0;
    const before = overflows();
    step(`${CLIENTS} clients connect to a listener with room for ${BACKLOG}. Nobody accepts.`);
    const clients = start("clients", { args: { port: scene.port }, fds: { end: end.fd } });
    const server = start("server", { fds: { listener: scene.listener, accept: acceptGate.fd, end: end.fd } });
    scene.cast(clients, server);
    const inState = (state: string) =>
      tcpSockets(scene.port).filter((one) => one.remotePort === scene.port && one.state === state).length;
    await until(() => inState("ESTABLISHED") + inState("SYN_SENT") === CLIENTS, { what: "all clients" });
    await until(() => overflows() - before >= CLIENTS - inState("ESTABLISHED"), { what: "dropped SYNs" });
    const [inside, trying] = [inState("ESTABLISHED"), inState("SYN_SENT")];
    const aborts = readFileSync("/proc/sys/net/ipv4/tcp_abort_on_overflow", "utf8").trim() !== "0";
    const seen = `${inside} clients are ESTABLISHED, ${trying} SYN_SENT; ListenOverflows + ${overflows() - before}`;
    const resets = scene.segments().filter(({ name }) => name.startsWith("RST")).length;
    claim("exact", inside === BACKLOG, seen);
    if (aborts) unavailable("refused", "tcp_abort_on_overflow is set here; it is 0 by default");
    else
      claim(
        "refused",
        trying < CLIENTS - inside,
        `${trying} still try${scene.refused ? "" : `, and ${resets} RST`}`,
      );
    claim(
      "established",
      inside > scene.waiting(),
      `${inside} ESTABLISHED, and ${scene.waiting()} wait to be accepted`,
    );

    step("Now the server accepts. The others get in when their kernel sends SYN again.");
    const began = performance.now();
    acceptGate.open();
    await until(() => inState("ESTABLISHED") === CLIENTS && scene.waiting() === 0, {
      what: "all to be let in",
    });
    const [after, waited] = [inState("ESTABLISHED"), Math.round(performance.now() - began)];
    claim("later", after === CLIENTS, `all ${after} are ESTABLISHED after ${waited} ms`);
    end.open();
    end.open();
  },
});
