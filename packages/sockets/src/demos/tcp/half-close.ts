import { defineDemo } from "@ipc-playground/lab-kit";
import { Gate } from "./gate.ts";
import { Scene } from "./scene.ts";
import { accept, close, connected, endSending, passGate, recv, send, told } from "./telling.ts";

const ANSWERS = ["first half, ", "second half"];

export default defineDemo({
  name: "half-close",
  title: "One direction has ended, the other goes on",
  claims: {
    both: {
      says: "FIN closes the connection, in both directions.",
      expect: "refuted",
      source: "RFC 9293, section 3.6: it says that its sender has no more to send; and shutdown(2)",
    },
    stillSends: {
      says: "A side that has received FIN can still send.",
      expect: "holds",
      source: "RFC 9293, section 3.6: CLOSE-WAIT",
    },
    ownEnd: {
      says: "After shutdown() for writing, a write fails with EPIPE.",
      expect: "holds",
      source: "shutdown(2), send(2)",
    },
  },
  predict: {
    question: "A client has sent its question and FIN. Can the server still answer?",
    choices: ["No, the connection is closed", "Yes, as long as it likes", "Only what it had written before"],
    answer: 1,
    because:
      "A connection is two streams. FIN ends the one, and is often the way to say: that was the whole question.",
  },
  processes: {
    client({ number, log }) {
      const socket = connected(log, number("port"));
      send(log, socket, "question");
      endSending(log, socket);
      const afterwards = told(send(log, socket, "one more"));
      let answer = "";
      for (;;) {
        const { result, text } = recv(log, socket);
        if (result <= 0) break;
        answer += text;
      }
      close(log, socket);
      return [answer, afterwards];
    },
    server({ fd, log }) {
      const socket = accept(log, fd("listener"));
      while (recv(log, socket).result > 0);
      passGate(fd("answer"));
      for (const part of ANSWERS) {
        send(log, socket, part);
        passGate(fd("answer"));
      }
      close(log, socket);
    },
  },
  async run({ start, claim, step, until, log }) {
    using scene = new Scene(log);
    using answer = new Gate();
    step("The client asks, and says with shutdown() that this was all: FIN.");
    const client = start("client", { args: { port: scene.port } });
    const server = start("server", { fds: { listener: scene.listener, answer: answer.fd } });
    scene.cast(client, server);
    const half = "client FIN_WAIT2, server CLOSE_WAIT";
    await until(() => scene.states() === half, { what: () => `${half}; ${scene.states()}` });
    scene.look();

    step("The server answers in its own time, twice, and the client reads.");
    answer.open();
    await until(() => scene.states() === half && scene.ends().client?.receiveQueue === 0, {
      what: "the first half",
    });
    const between = scene.states();
    answer.open();
    answer.open();
    const [text, afterwards] = await client.result<[string, string]>();
    await server.result();
    claim("both", text === "", `${between}; after FIN "${text}" came`);
    claim("stillSends", text === ANSWERS.join(""), `the client received "${text}"`);
    claim("ownEnd", afterwards === "EPIPE", `send() by the client after its shutdown(): ${afterwards}`);
  },
});
