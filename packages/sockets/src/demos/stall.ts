import { defineDemo } from "@ipc-playground/lab-kit";
import { EPOLLET, EPOLLIN, ERRNO, MSG_DONTWAIT, MSG_PEEK, recv } from "@ipc-playground/libc";
import { Epoll, unixSocketPair } from "@ipc-playground/sockets";

const EAGAIN = -(ERRNO.EAGAIN as number);
/** A request, and what the reader takes of it at once. */
const REQUEST_BYTES = 1_000;
const CHUNK_BYTES = 600;

export default defineDemo({
  name: "stall",
  title: "An edge-triggered reader that stops early sleeps beside its data",
  claims: {
    again: {
      says: "A reader that took only a part may wait again: epoll will say that there is more.",
      expect: "refuted",
      source: "epoll(7), level-triggered alone; with EPOLLET: read until EAGAIN",
    },
    late: {
      says: "Any byte that comes later wakes it up.",
      expect: "holds",
      source: "epoll(7): events on arrival. So the fault hides where traffic never rests",
    },
    cure: {
      says: "Who reads until EAGAIN before waiting again never stalls.",
      expect: "holds",
      source: "epoll(7), Q9",
    },
  },
  predict: {
    question:
      "1,000 bytes came. An edge-triggered server reads 600, waits for the rest, and the client waits for its answer.",
    choices: ["The server gets the rest at once", "Both sleep, for ever", "The server gets EAGAIN"],
    answer: 1,
    because: "The rest came with the same edge. Nobody tells of it, and the client sends nothing more.",
  },
  processes: {
    /** Answers a request of 1,000 bytes. */
    server({ fd, text, log }) {
      const socket = fd("socket");
      using epoll = new Epoll();
      epoll.add(socket, EPOLLIN | EPOLLET);
      const buffer = new Uint8Array(CHUNK_BYTES);
      let have = 0;
      while (have < REQUEST_BYTES) {
        log.call(
          "epoll_wait",
          "edge",
          () => epoll.wait().length,
          undefined,
          () => ({ result: "EPOLLIN" }),
        );
        for (;;) {
          const count = log.call("recv", "socket", () => recv(socket, buffer, MSG_DONTWAIT));
          if (count === EAGAIN) break;
          have += count;
          if (text("until") === "once") break;
        }
      }
      log.event("answered", { result: `${have} bytes` });
      return have;
    },
  },
  async run({ start, claim, step, log }) {
    step("The client sends a request of 1,000 bytes. The server reads once for each event.");
    const [socket, client] = unixSocketPair();
    const server = start("server", { args: { until: "once" }, fds: { socket } });
    await server.asleep({ in: "epoll_wait" });
    log.call("send", "socket", () => client.send(new Uint8Array(REQUEST_BYTES)));
    await server.said("recv");
    await server.asleep({ in: "epoll_wait" });
    // The director's copy of the server's end sees the same buffer.
    const left = recv(socket.fd, new Uint8Array(REQUEST_BYTES), MSG_PEEK | MSG_DONTWAIT);
    log.event("look", {
      object: "server",
      result: server.whereabouts(),
      note: `${left} bytes lie there for it. The client waits for the answer.`,
    });
    claim("again", left <= 0, `asleep in epoll_wait, with ${left} bytes to read`);

    step("Somebody sends one more byte.");
    log.call("send", "socket", () => client.send(new Uint8Array(1)));
    const got = await server.result<number>();
    claim("late", got >= REQUEST_BYTES, `then it woke up, and had ${got} bytes`);
    for (const end of [socket, client]) end.close();

    step("The same request for a server that reads until EAGAIN.");
    const [other, peer] = unixSocketPair();
    const cured = start("server", { as: "cured", args: { until: "EAGAIN" }, fds: { socket: other } });
    await cured.asleep({ in: "epoll_wait" });
    log.call("send", "socket", () => peer.send(new Uint8Array(REQUEST_BYTES)));
    const all = await cured.result<number>();
    claim("cure", all === REQUEST_BYTES, `${all} bytes with one event`);
    for (const end of [other, peer]) end.close();
  },
});
