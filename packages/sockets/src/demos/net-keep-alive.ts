import { once } from "node:events";
import { connect, createServer } from "node:net";
import { defineDemo } from "@ipc-playground/lab-kit";
import { getSocketOption } from "@ipc-playground/libc";
import { descriptorAt, HERE, portOf, socketLines } from "./net-telling.ts";

const MINUTE_MS = 60_000;

interface Probe {
  on: number;
  /** Seconds of silence before the first probe. */
  idleSeconds: number;
  timer: string;
  timerMs: number;
}

export default defineDemo({
  name: "net-keep-alive",
  title: "Keep-alive, as the kernel sees it",
  claims: {
    byItself: {
      says: "A TCP connection notices by itself that its peer has gone.",
      expect: "refuted",
      source: "tcp(7), SO_KEEPALIVE: off unless asked for",
    },
    quickly: {
      says: "With setKeepAlive(true) a dead peer is found within a minute.",
      expect: "refuted",
      source: "tcp(7), tcp_keepalive_time: 7200 seconds",
    },
    delay: {
      says: "initialDelay says when the first probe goes out.",
      expect: "holds",
      source: "Node.js, socket.setKeepAlive; tcp(7), TCP_KEEPIDLE",
    },
    short: {
      says: "initialDelay may be half a second.",
      expect: "refuted",
      source: "TCP_KEEPIDLE counts seconds; Node cuts 500 ms down to 0, which means unset",
    },
  },
  predict: {
    question:
      "A server's machine loses its power. A client waits for its answer, without keep-alive. How long?",
    choices: ["Two hours", "About 15 minutes", "For ever"],
    answer: 2,
    because: "Who only waits sends nothing, and who sends nothing learns nothing.",
  },
  processes: {
    async server() {
      const server = createServer((socket) => socket.resume()).listen(0, HERE);
      await once(server, "close");
    },
    async client({ number, log }) {
      const open = async (what: string, set?: number | "default"): Promise<Probe> => {
        const socket = connect(number("port"), HERE);
        await once(socket, "connect");
        if (set === "default") socket.setKeepAlive(true);
        else if (set !== undefined) socket.setKeepAlive(true, set);
        const fd = descriptorAt(socket.localPort as number);
        const line = socketLines(process).find(({ localPort }) => localPort === socket.localPort);
        const probe = {
          on: getSocketOption(fd, "SO_KEEPALIVE"),
          idleSeconds: getSocketOption(fd, "TCP_KEEPIDLE"),
          timer: line?.timer ?? "gone",
          timerMs: line?.timerMs ?? 0,
        };
        const timer =
          probe.timer === "none"
            ? "no timer"
            : `timer ${probe.timer}, ${Math.round(probe.timerMs / 1_000)} s`;
        log.event(what, { result: `SO_KEEPALIVE ${probe.on}, ${timer}` });
        socket.destroy();
        return probe;
      };
      return [
        await open("as it is"),
        await open("setKeepAlive(true)", "default"),
        await open("setKeepAlive(true, 60000)", MINUTE_MS),
        await open("setKeepAlive(true, 500)", 500),
      ];
    },
  },
  async run({ start, claim, step, until }) {
    step("Four connections, each with another setting, in getsockopt(2) and /proc/net/tcp.");
    const server = start("server");
    const port = await until(() => portOf(server), { what: "the server to listen" });
    const [plain, on, minute, half] = (await start("client", { args: { port } }).result()) as [
      Probe,
      Probe,
      Probe,
      Probe,
    ];
    server.kill("SIGKILL");
    claim("byItself", plain.timer === "keepalive", `SO_KEEPALIVE ${plain.on}, timer: ${plain.timer}`);
    claim(
      "quickly",
      first(on) <= MINUTE_MS,
      `the first probe is due after ${first(on) / 1_000} s of silence`,
    );
    const due = Math.abs(minute.timerMs - MINUTE_MS);
    claim(
      "delay",
      minute.timer === "keepalive" && due < 5_000,
      `set 60 s: the timer has ${minute.timerMs / 1_000} s to go`,
    );
    claim("short", first(half) <= 1_000, `set 0.5 s: the first probe is due after ${first(half) / 1_000} s`);
  },
});

/** Milliseconds of silence before the first probe; for ever without keep-alive. */
function first({ on, idleSeconds }: Probe): number {
  return on === 0 ? Number.POSITIVE_INFINITY : idleSeconds * 1_000;
}
