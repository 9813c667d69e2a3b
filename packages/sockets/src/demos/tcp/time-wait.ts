import { readFileSync } from "node:fs";
import { defineDemo } from "@ipc-playground/lab-kit";
import type { SocketOption, TcpSocket } from "@ipc-playground/libc";
import { setSocketOption } from "@ipc-playground/libc";
import { Gate } from "./gate.ts";
import { Scene } from "./scene.ts";
import { accept, close, connected, passGate } from "./telling.ts";

/** Seconds that the client of the last scene grants to FIN_WAIT2. */
const LINGER2_SECONDS = 5;
const FIN_TIMEOUT = "/proc/sys/net/ipv4/tcp_fin_timeout";
const seconds = (ms = 0) => `${(ms / 1_000).toFixed(0)} s`;

export default defineDemo({
  name: "time-wait",
  title: "TIME_WAIT: where, how long, and what does not shorten it",
  claims: {
    onServer: {
      says: "TIME_WAIT is on the server.",
      expect: "refuted",
      source: "RFC 9293, section 3.6: on whoever closed first",
    },
    minutes: {
      says: "TIME_WAIT lasts twice the maximum segment lifetime: two to four minutes.",
      expect: "refuted",
      source:
        "RFC 9293, section 3.4.2 says 2 MSL of 2 minutes; Linux: a constant of 60 s, TCP_TIMEWAIT_LEN in net/tcp.h",
    },
    finTimeout: {
      says: "tcp_fin_timeout shortens TIME_WAIT.",
      expect: "refuted",
      source: "tcp(7): it limits FIN_WAIT2 of a closed socket, as TCP_LINGER2 does for one socket",
    },
  },
  predict: {
    question: "A client closes first, then the server. Who goes into TIME_WAIT?",
    choices: ["The server", "The client", "Both"],
    answer: 1,
    because:
      "Whoever closed first sent the last acknowledgement, and does not know whether it arrived. It has to stay, in case FIN comes again.",
  },
  processes: {
    client({ number, fd, log }) {
      const socket = connected(log, number("port"));
      const option: SocketOption = "TCP_LINGER2";
      const value = number("linger2");
      if (value > 0)
        log.call("setsockopt", `${option} ${value}`, () => told(setSocketOption(socket, option, value)));
      passGate(fd("gate"));
      close(log, socket);
      log.event("done");
    },
    server({ fd, log }) {
      const socket = accept(log, fd("listener"));
      passGate(fd("gate"));
      close(log, socket);
      log.event("done");
    },
  },
  async run({ start, claim, step, until, log }) {
    /** One connection, closed by one side and then by the other. Returns what is left of it. */
    async function play(first: "client" | "server", linger2 = 0) {
      using scene = new Scene(log);
      using clientGate = new Gate();
      using serverGate = new Gate();
      const gates = { client: clientGate, server: serverGate };
      const client = start("client", { args: { port: scene.port, linger2 }, fds: { gate: clientGate.fd } });
      const server = start("server", { fds: { listener: scene.listener, gate: serverGate.fd } });
      scene.cast(client, server);
      const second = first === "client" ? "server" : "client";
      await until(() => scene.states() === "client ESTABLISHED, server ESTABLISHED", {
        what: "a connection",
      });
      gates[first].open();
      const until2 = () =>
        scene.ends()[first]?.state === "FIN_WAIT2" && scene.ends()[second]?.state === "CLOSE_WAIT";
      await until(until2, { what: () => `FIN_WAIT2; ${scene.states()}` });
      scene.look();
      const half = scene.ends()[first];
      gates[second].open();
      await until(() => scene.ends()[first]?.state === "TIME_WAIT", {
        what: () => `TIME_WAIT; ${scene.states()}`,
      });
      await Promise.all([client.result(), server.result()]);
      scene.look();
      const { client: left, server: leftAtServer } = scene.ends();
      return { half, client: left, server: leftAtServer };
    }
    step("The client closes first.");
    const one = await play("client");
    step("The server closes first.");
    const two = await play("server");
    step(
      `Again the client, which grants FIN_WAIT2 ${LINGER2_SECONDS} s on this socket (TCP_LINGER2 instead of tcp_fin_timeout).`,
    );
    const three = await play("client", LINGER2_SECONDS);

    const inWait = (end: TcpSocket | undefined) => end?.state === "TIME_WAIT";
    claim(
      "onServer",
      inWait(one.server) && inWait(two.server),
      `the client closed first: ${inWait(one.client) ? "client" : "server"}; the server did: ${inWait(two.server) ? "server" : "client"}`,
    );
    const waits = [one.client, two.server].map((end) => end?.timerMs);
    claim(
      "minutes",
      waits.every((ms = 0) => ms > 100_000),
      `the kernel's timers stand at ${waits.map(seconds).join(" and ")}`,
    );
    claim(
      "finTimeout",
      (three.client?.timerMs ?? 0) <= LINGER2_SECONDS * 1_000,
      `FIN_WAIT2 had ${seconds(three.half?.timerMs)} left, TIME_WAIT has ${seconds(three.client?.timerMs)} (tcp_fin_timeout is ${readFileSync(FIN_TIMEOUT, "utf8").trim()} s)`,
    );
  },
});

function told(result: number): number | string {
  return result < 0 ? result : "set";
}
