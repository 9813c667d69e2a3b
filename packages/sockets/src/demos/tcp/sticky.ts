import { defineDemo } from "@ipc-playground/lab-kit";
import { Gate } from "./gate.ts";
import { Scene } from "./scene.ts";
import { accept, connected, passGate, recv, send } from "./telling.ts";

const WORDS = ["one", "two", "three"];
const TOGETHER = WORDS.join("");
/** Bytes of the second part, and how much of them the receiver asks for. */
const [LONG, ROOM] = [100, 60];

export default defineDemo({
  name: "sticky",
  title: "Three sends, one receive",
  claims: {
    oneEach: {
      says: "One send is one packet is one receive.",
      expect: "refuted",
      source: "RFC 9293, section 2.2: a stream of bytes; recv(2) gives what is there",
    },
    lost: {
      says: "What does not fit into the buffer of recv() is lost.",
      expect: "refuted",
      source: "recv(2): so for datagrams; of a stream, the rest comes the next time",
    },
  },
  processes: {
    client({ number, fd, log }) {
      const socket = connected(log, number("port"), [["TCP_NODELAY", 1]]);
      for (const word of WORDS) send(log, socket, word);
      passGate(fd("more"));
      send(log, socket, "x".repeat(LONG));
      passGate(fd("end"));
    },
    server({ fd, log }) {
      const socket = accept(log, fd("listener"));
      passGate(fd("read"));
      const first = recv(log, socket).text;
      passGate(fd("read"));
      return [first, ...[1, 2].map(() => recv(log, socket, ROOM).result)];
    },
  },
  async run({ start, claim, step, until, log }) {
    using scene = new Scene(log);
    using read = new Gate();
    using more = new Gate();
    using end = new Gate();
    step(
      `The client sends ${WORDS.length} times, with Nagle's algorithm off. The server reads when all of it is there.`,
    );
    const client = start("client", { args: { port: scene.port }, fds: { more: more.fd, end: end.fd } });
    const server = start("server", { fds: { listener: scene.listener, read: read.fd } });
    scene.cast(client, server);
    const there = (bytes: number) =>
      until(() => scene.ends().server?.receiveQueue === bytes, { what: `${bytes} bytes` });
    await there(TOGETHER.length);
    const packets = scene.segments().filter(({ packet }) => packet.payloadBytes > 0).length;
    read.open();
    await there(0);

    step(`Then ${LONG} bytes at once, and a server that asks for ${ROOM} at a time.`);
    more.open();
    await there(LONG);
    read.open();
    const [first, ...rest] = await server.result<[string, ...number[]]>();
    end.open();
    const wire = scene.refused === undefined ? `${packets} segments, ` : "";
    claim("oneEach", first === WORDS[0], `${WORDS.length} sends, ${wire}and one receive gave "${first}"`);
    claim("lost", rest[1] !== LONG - ROOM, `${LONG} bytes were received as ${rest.join(" and ")}`);
  },
});
