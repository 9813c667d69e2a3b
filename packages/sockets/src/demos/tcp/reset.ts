import { defineDemo } from "@ipc-playground/lab-kit";
import { errnoSymbol, MSG_DONTWAIT, recv as receive } from "@ipc-playground/libc";
import { Gate } from "./gate.ts";
import { Scene } from "./scene.ts";
import { accept, close, connected, passGate, recv, send } from "./telling.ts";

/** More than both kernels hold. */
const ANSWER = new Uint8Array(8 << 20);
const count = (bytes: number) => bytes.toLocaleString("en-US");

export default defineDemo({
  name: "reset",
  title: "close() with unread input throws the answer away",
  claims: {
    flush: {
      says: "close() sends what was written, and then FIN: the other side gets all of it.",
      expect: "refuted",
      source: "RFC 2525, section 2.17, and RFC 9293, section 3.10.4: with unread input it sends RST",
    },
    timeWait: {
      says: "Whoever closes first goes through TIME_WAIT.",
      expect: "refuted",
      source: "RFC 9293, section 3.5.3: not after RST; it ends both sides at once",
    },
    reset: {
      says: "The last segment is a reset.",
      expect: "holds",
      source: "RFC 2525, section 2.17",
    },
  },
  predict: {
    question:
      "A server writes its answer and closes. A few bytes of the request it never read. What does the client get?",
    choices: [
      "The whole answer",
      "A part of it, then ECONNRESET",
      "A part of it, then the end of the stream",
    ],
    answer: 1,
    because:
      "Unread input means that the conversation was cut short, and TCP says so with RST. RST does not wait for what is still to be sent.",
  },
  processes: {
    client({ number, fd, log }) {
      const socket = connected(log, number("port"));
      send(log, socket, "request");
      passGate(fd("more"));
      send(log, socket, ", and something more");
      passGate(fd("read"));
      return log.call(
        "recv",
        "all of it",
        () => readAll(socket),
        undefined,
        ({ bytes, end }) => ({
          result: `${count(bytes)} B, then ${end}`,
        }),
      );
    },
    /** Reads the request, writes as much of its answer as the kernel takes, and closes. */
    server({ fd, log }) {
      const socket = accept(log, fd("listener"));
      recv(log, socket);
      passGate(fd("answer"));
      const written = send(log, socket, ANSWER, MSG_DONTWAIT);
      close(log, socket);
      return written;
    },
  },
  async run({ start, claim, unavailable, step, until, log }) {
    using scene = new Scene(log);
    using more = new Gate();
    using read = new Gate();
    using answer = new Gate();
    step(
      "The server reads the request. Then some more input comes, which it does not read. It answers and closes.",
    );
    const client = start("client", { args: { port: scene.port }, fds: { more: more.fd, read: read.fd } });
    const server = start("server", { fds: { listener: scene.listener, answer: answer.fd } });
    scene.cast(client, server);
    await server.said("recv");
    await until(() => scene.ends().server?.receiveQueue === 0, { what: "a connection" });
    await until(() => server.whereabouts().includes("read on pipe"), { what: "the server to have read" });
    more.open();
    await until(() => (scene.ends().server?.receiveQueue ?? 0) > 0, { what: "unread input" });
    answer.open();
    const written = await server.result<number>();
    scene.look();
    read.open();
    const got = await client.result<{ bytes: number; end: string }>();
    claim(
      "flush",
      got.bytes === written,
      `the server wrote ${count(written)} bytes, the client got ${count(got.bytes)}, then ${got.end}`,
    );
    const { client: c, server: s } = scene.ends();
    claim("timeWait", c !== undefined || s !== undefined, `afterwards: ${scene.states()}`);
    scene.judge("reset", { claim, unavailable }, (segments) => {
      const last = segments.at(-1)?.name ?? "";
      return [last.startsWith("RST"), `${segments.length} segments; the last is ${last}`];
    });
  },
});

function readAll(socket: number): { bytes: number; end: string } {
  const buffer = new Uint8Array(1 << 20);
  for (let bytes = 0; ; ) {
    const result = receive(socket, buffer);
    if (result <= 0) return { bytes, end: result === 0 ? "end-of-file" : errnoSymbol(-result) };
    bytes += result;
  }
}
