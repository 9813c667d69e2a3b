import { defineDemo } from "@ipc-playground/lab-kit";
import { close as closeFd, getSocketOption, socket } from "@ipc-playground/libc";
import { Gate } from "./gate.ts";
import { Scene } from "./scene.ts";
import { accept, close, connected, passGate } from "./telling.ts";

/** Seconds of silence before a probe, in this demo. The option knows no less. */
const IDLE_SECONDS = 1;

export default defineDemo({
  name: "keep-alive",
  title: "Is anybody there?",
  claims: {
    on: {
      says: "TCP checks by itself whether the other side is alive.",
      expect: "refuted",
      source: "RFC 1122, section 4.2.3.6: keep-alive is off unless asked for; socket(7), SO_KEEPALIVE",
    },
    quick: {
      says: "Keep-alive finds a dead peer quickly.",
      expect: "refuted",
      source: "tcp(7): 7,200 s of silence, then 9 probes, 75 s apart",
    },
    probe: {
      says: "A probe is an empty segment with a sequence number that is already acknowledged.",
      expect: "holds",
      source: "RFC 1122, section 4.2.3.6: SEG.SEQ = SND.NXT - 1, so that it must be answered",
    },
  },
  predict: {
    question:
      "SO_KEEPALIVE is set, and nothing else. The other machine loses power. When does this side notice?",
    choices: ["Within seconds", "Within minutes", "After more than two hours"],
    answer: 2,
    because:
      "The first probe goes out after two hours of silence. A program that wants to know sooner sets TCP_KEEPIDLE and its kin, or sends a heartbeat of its own.",
  },
  processes: {
    client({ number, fd, log }) {
      const options = [
        ["SO_KEEPALIVE", 1],
        ["TCP_KEEPIDLE", IDLE_SECONDS],
        ["TCP_KEEPINTVL", 1],
      ] as const;
      const socket = connected(log, number("port"), options);
      passGate(fd("end"));
      close(log, socket);
    },
    server({ fd, log }) {
      const socket = accept(log, fd("listener"));
      passGate(fd("end"));
      close(log, socket);
    },
  },
  async run({ start, claim, unavailable, step, until, log }) {
    const fresh = socket("inet", "stream");
    const [on, idle, interval, probes] = (
      ["SO_KEEPALIVE", "TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT"] as const
    ).map((option) => getSocketOption(fresh, option)) as [number, number, number, number];
    closeFd(fresh);
    const total = idle + interval * probes;
    claim("on", on !== 0, `SO_KEEPALIVE of a new socket is ${on}`);
    claim(
      "quick",
      total < 60,
      `${idle} s + ${probes} × ${interval} s = ${total.toLocaleString("en-US")} s by default here`,
    );

    using scene = new Scene(log);
    using end = new Gate();
    step(`A connection with keep-alive after ${IDLE_SECONDS} s of silence. Nobody says anything.`);
    const client = start("client", { args: { port: scene.port }, fds: { end: end.fd } });
    const server = start("server", { fds: { listener: scene.listener, end: end.fd } });
    scene.cast(client, server);
    await until(() => scene.ends().client?.timer === "keepalive", { what: "the timer for keep-alive" });
    scene.look();
    const afterHandshake = () => scene.segments().slice(3);
    await until(() => scene.refused !== undefined || afterHandshake().length >= 2, {
      what: "a probe and its answer",
    });
    scene.judge("probe", { claim, unavailable }, () => {
      const [probe, answer] = afterHandshake();
      return [
        probe?.packet.payloadBytes === 0 && probe.relativeSequence === 0 && answer?.name === "ACK",
        `seq ${probe?.relativeSequence}, ${probe?.packet.payloadBytes} bytes, where 1 is the next; answered by ${answer?.name}`,
      ];
    });
    end.open();
    end.open();
  },
});
