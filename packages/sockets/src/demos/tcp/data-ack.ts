import { defineDemo } from "@ipc-playground/lab-kit";
import { Gate } from "./gate.ts";
import { Scene } from "./scene.ts";
import { accept, connected, passGate, recv, send } from "./telling.ts";

const BYTES = 100;

export default defineDemo({
  name: "data-ack",
  title: "What an acknowledgement says",
  claims: {
    plusOne: {
      says: "Data is acknowledged with ack = seq + length + 1.",
      expect: "refuted",
      source:
        "RFC 9293, section 3.4: ack is the number of the next byte, seq + length; SYN and FIN count as a byte",
    },
    hasRead: {
      says: "An acknowledgement means that the program at the other end has read the data.",
      expect: "refuted",
      source: "RFC 9293, section 3.8: the receiving TCP has taken it",
    },
  },
  predict: {
    question: "100 bytes with seq 1 arrive. What is the ack number?",
    choices: ["100", "101", "102"],
    answer: 1,
    because:
      "Bytes 1 to 100 are there, so 101 is the next that is wanted. The + 1 is for SYN and FIN, which carry no bytes and count as one.",
  },
  processes: {
    client({ number, fd, log }) {
      const socket = connected(log, number("port"));
      send(log, socket, new Uint8Array(BYTES));
      passGate(fd("end"));
    },
    server({ fd, log }) {
      const socket = accept(log, fd("listener"));
      passGate(fd("read"));
      recv(log, socket);
    },
  },
  async run({ start, claim, unavailable, step, until, log }) {
    using scene = new Scene(log);
    using read = new Gate();
    using end = new Gate();
    step(`The client sends ${BYTES} bytes. The server has accepted, and does not read yet.`);
    const client = start("client", { args: { port: scene.port }, fds: { end: end.fd } });
    const server = start("server", { fds: { listener: scene.listener, read: read.fd } });
    scene.cast(client, server);
    // All of it is with the server, and nothing waits at the client for its acknowledgement.
    await until(() => scene.ends().server?.receiveQueue === BYTES && scene.ends().client?.sendQueue === 0, {
      what: "the acknowledgement",
    });
    const unread = scene.ends().server?.receiveQueue;
    scene.look();
    claim("hasRead", unread === 0, `nothing waits to be acknowledged, and ${unread} bytes wait to be read`);
    scene.judge("plusOne", { claim, unavailable }, (segments) => {
      const at = segments.findIndex(({ name }) => name === `${BYTES} bytes`);
      const seq = segments[at]?.relativeSequence ?? 0;
      const ack = segments[at + 1]?.relativeAcknowledgement;
      return [ack === seq + BYTES + 1, `seq ${seq}, ${BYTES} bytes; acknowledged with ${ack}`];
    });
    step("Now the server reads. That is not told to anybody.");
    read.open();
    await server.result();
    end.open();
  },
});
