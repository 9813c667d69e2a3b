import { defineDemo } from "@ipc-playground/lab-kit";
import { Gate } from "./gate.ts";
import { namesOf, Scene } from "./scene.ts";
import { accept, close, connected, passGate } from "./telling.ts";

export default defineDemo({
  name: "handshake",
  title: "Three segments open a connection",
  claims: {
    three: {
      says: "A connection is opened by three segments: SYN, SYN+ACK, ACK.",
      expect: "holds",
      source: "RFC 9293, section 3.5",
    },
    takesOne: {
      says: "SYN takes a sequence number, though it carries no data: it is acknowledged with seq + 1.",
      expect: "holds",
      source: "RFC 9293, section 3.4",
    },
    fromZero: {
      says: "Sequence numbers begin at 0.",
      expect: "refuted",
      source: "RFC 9293, section 3.4.1, and RFC 6528: a clock and a secret; the 0 of a picture is relative",
    },
    byAccept: {
      says: "The handshake is finished by the server's accept().",
      expect: "refuted",
      source: "listen(2): the kernel finishes it and queues the connection; accept(2) takes it out",
    },
  },
  predict: {
    question: "A server listens, but does not call accept(). What does a client's connect() do?",
    choices: ["It waits for accept()", "It succeeds", "It fails with ECONNREFUSED"],
    answer: 1,
    because:
      "The two kernels shake hands without asking the programs. accept() only takes out what is already there.",
  },
  processes: {
    client({ number, fd, log }) {
      const socket = connected(log, number("port"));
      passGate(fd("end"));
      close(log, socket);
    },
    server({ fd, log }) {
      passGate(fd("begin"));
      const socket = accept(log, fd("listener"));
      passGate(fd("end"));
      close(log, socket);
    },
  },
  async run({ start, claim, unavailable, step, until, log }) {
    using scene = new Scene(log);
    using begin = new Gate();
    using end = new Gate();
    step("The server listens, and does something else. A client connects.");
    const client = start("client", { args: { port: scene.port }, fds: { end: end.fd } });
    const server = start("server", { fds: { listener: scene.listener, begin: begin.fd, end: end.fd } });
    scene.cast(client, server);
    const both = "client ESTABLISHED, server ESTABLISHED";
    await until(() => scene.states() === both, { what: "a connection" });
    const waiting = scene.waiting();
    scene.look();
    claim(
      "byAccept",
      scene.states() !== both,
      `${scene.states()}, and ${waiting} connection waits to be accepted`,
    );

    step("Now the server accepts it. No segment is needed for that.");
    begin.open();
    await until(() => scene.waiting() === 0, { what: "the server to accept" });
    const seen = scene.segments();
    const [syn, synAck, ack] = seen;
    scene.judge("three", { claim, unavailable }, () => [
      namesOf(seen) === "SYN, SYN+ACK, ACK",
      `seen until after accept(): ${namesOf(seen)}`,
    ]);
    scene.judge("takesOne", { claim, unavailable }, () => {
      const acks = [synAck?.relativeAcknowledgement, ack?.relativeAcknowledgement];
      return [
        acks.every((number) => number === 1),
        `SYN and SYN+ACK are seq 0; acknowledged with ${acks.join(" and ")}`,
      ];
    });
    scene.judge("fromZero", { claim, unavailable }, () => {
      const numbers = [syn, synAck].map((segment) => segment?.packet.tcp.sequence);
      return [numbers.every((number) => number === 0), `this one began at ${numbers.join(" and ")}`];
    });
    end.open();
    end.open();
  },
});
