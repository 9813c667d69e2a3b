import { defineDemo } from "@ipc-playground/lab-kit";
import { blockedCall, close, getAffinity, pipe2, recv, send, setAffinity } from "@ipc-playground/libc";
import {
  connectedSocket,
  EpollEcho,
  type Trigger,
  type UnixSocket,
  unixSocketPair,
} from "@ipc-playground/sockets";

const TRIGGERS = ["level", "edge"] as const;
/** Round trips in a row; and how often, each server in turn. */
const ROUND_TRIPS = 20;
const SERIES = 101;
const QUIET_MESSAGES = 20;
const MESSAGE = new Uint8Array(100);
const MUCH = 1.5;

type Calls = EpollEcho["calls"];

export default defineDemo({
  name: "edge-faster",
  title: "Is edge-triggered faster? An echo server both ways",
  claims: {
    faster: {
      says: "An edge-triggered server is much faster than a level-triggered one.",
      expect: "refuted",
      source: "common belief; epoll(7) promises no more than fewer events",
    },
    calls: {
      says: "It needs fewer system calls for each message.",
      expect: "refuted",
      source: "epoll(7), Q9: read until EAGAIN, which is a call that brings nothing",
    },
  },
  predict: {
    question: "A server waits, reads, answers. Edge-triggered, how many system calls is a message?",
    choices: ["One less than level-triggered", "As many", "One more"],
    answer: 2,
    because: "After the message it must read once more, to hear EAGAIN. Level-triggered it just waits again.",
  },
  processes: {
    server({ fd, text, number, log }): Calls {
      setAffinity(0, [number("cpu")]);
      using server = new EpollEcho(text("trigger") as Trigger);
      send(fd("tell"), Buffer.from(String(server.address.port)));
      log.event("listen", { object: `${text("trigger")}-triggered` });
      server.run(fd("until"));
      return server.calls;
    },
    /** Plays ping-pong with both servers, in turns. Nanoseconds for a round trip in the best series. */
    client({ number, log }) {
      setAffinity(0, [number("cpu")]);
      const sockets = TRIGGERS.map((trigger) =>
        connectedSocket({ host: "127.0.0.1", port: number(trigger) }),
      );
      const costs: number[][] = TRIGGERS.map(() => []);
      const reply = new Uint8Array(MESSAGE.length);
      log.call("ping-pong", `${SERIES} × ${ROUND_TRIPS} with each`, () => {
        for (let i = 0; i < SERIES * TRIGGERS.length; i++) {
          const which = i % TRIGGERS.length;
          const socket = sockets[which] as number;
          const began = process.hrtime.bigint();
          for (let k = 0; k < ROUND_TRIPS; k++) {
            send(socket, MESSAGE);
            for (let have = 0; have < MESSAGE.length; ) have += recv(socket, reply);
          }
          costs[which]?.push(Number(process.hrtime.bigint() - began) / ROUND_TRIPS);
        }
      });
      // What comes on top of the best series is the machine's, which is busy with others.
      return costs.map((all) => Math.min(...all));
    },
  },
  async run({ start, until, claim, step, log }) {
    // Both servers on one processor and the client on another: or the scheduler decides the race.
    const [theirs = 0, ours = theirs] = getAffinity(0) as number[];
    /** Both servers, and what they did when they are told to end. */
    const serve = async (when: string) => {
      const [over, end] = pipe2() as [number, number];
      const tells = TRIGGERS.map(() => unixSocketPair("datagram"));
      const servers = TRIGGERS.map((trigger, i) =>
        start("server", {
          as: `${trigger}, ${when}`,
          args: { trigger, cpu: theirs },
          fds: { until: over, tell: tells[i]?.[0] as UnixSocket },
        }),
      );
      for (const server of servers) await server.said("listen");
      const ports = tells.map(([, told]) => {
        const got = told.receive();
        return got.kind === "message" ? Number(`${Buffer.from(got.bytes)}`) : 0;
      });
      const finish = async () => {
        for (const one of [over, end]) close(one);
        for (const one of tells.flat()) one.close();
        const calls = await Promise.all(servers.map((server) => server.result<Calls>()));
        return calls.map(({ epoll_wait, recv, send }) => (epoll_wait + recv + send) / send);
      };
      return { servers, ports, finish };
    };

    step("Two echo servers on raw epoll, and one client that asks them in turns, as fast as it can.");
    const busy = await serve("busy");
    const ask = async (as: string): Promise<[number, number]> => {
      const args = { cpu: ours, level: busy.ports[0] as number, edge: busy.ports[1] as number };
      const [level = 0, edge = 0] = await start("client", { as, args }).result<number[]>({
        withinMs: 60_000,
      });
      return [level, edge];
    };
    let [level, edge] = await ask("client");
    // One of the servers may have been kept from its processor all the time: such a difference must come again.
    if (level > MUCH * edge) [level, edge] = await ask("client, again");
    const [levelBusy = 0, edgeBusy = 0] = await busy.finish();
    const micros = (ns: number) => `${(ns / 1_000).toFixed(1)} µs`;
    const cost = `a round trip takes ${micros(level)} level-triggered and ${micros(edge)} edge-triggered`;
    claim("faster", level > MUCH * edge, `${cost}: ${(level / edge).toFixed(2)} times as long`);

    step("A client that takes its time: each message finds the server asleep.");
    const quiet = await serve("quiet");
    for (const [i, port] of quiet.ports.entries()) {
      const socket = connectedSocket({ host: "127.0.0.1", port });
      const pid = quiet.servers[i]?.pid as number;
      for (let sent = 0; sent < QUIET_MESSAGES; sent++) {
        const asleep = () => blockedCall(pid)?.syscall.startsWith("epoll");
        await until(asleep, { what: () => "the server to sleep" });
        log.call("send", TRIGGERS[i] as string, () => send(socket, MESSAGE));
        recv(socket, new Uint8Array(MESSAGE.length));
      }
      close(socket);
    }
    const [levelQuiet = 0, edgeQuiet = 0] = await quiet.finish();
    const pair = (one: number, two: number) =>
      `${one.toFixed(1)} calls level-triggered, ${two.toFixed(1)} edge-triggered`;
    claim(
      "calls",
      edgeQuiet < levelQuiet,
      `for a message that finds it asleep ${pair(levelQuiet, edgeQuiet)}; when the next is there already ${pair(levelBusy, edgeBusy)}`,
    );
  },
});
