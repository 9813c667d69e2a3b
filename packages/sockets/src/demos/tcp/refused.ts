import { defineDemo } from "@ipc-playground/lab-kit";
import { socket } from "@ipc-playground/libc";
import { namesOf, Scene } from "./scene.ts";
import { connect, told } from "./telling.ts";

export default defineDemo({
  name: "refused",
  title: "A port where nobody listens",
  claims: {
    silence: {
      says: "From a closed port there is no answer: the client waits until its time is up.",
      expect: "refuted",
      source: "RFC 9293, section 3.10.7.1: a reset; silence is the work of a firewall",
    },
    answers: {
      says: "The refusal is a segment RST+ACK that acknowledges the SYN.",
      expect: "holds",
      source: "RFC 9293, section 3.5.2, group 1",
    },
  },
  processes: {
    client({ number, log }) {
      return connect(log, socket("inet", "stream"), number("port"));
    },
  },
  async run({ start, claim, unavailable, step, until, log }) {
    using scene = new Scene(log, { backlog: null });
    step(
      "A port that is taken, so that nobody else gets it, and where nobody listens. There is no process to answer: the kernel does.",
    );
    const client = start("client", { args: { port: scene.port } });
    scene.cast(client, { name: "kernel", pid: 0 });
    const result = await client.result<number>();
    claim("silence", told(result) === "ETIMEDOUT", `connect() failed at once with ${told(result)}`);
    await until(() => scene.refused !== undefined || scene.segments().length >= 2, { what: "two segments" });
    scene.judge("answers", { claim, unavailable }, (segments) => [
      namesOf(segments) === "SYN, RST+ACK" && segments[1]?.relativeAcknowledgement === 1,
      `${namesOf(segments)}, with ack ${segments[1]?.relativeAcknowledgement}`,
    ]);
  },
});
