import { defineDemo } from "@ipc-playground/lab-kit";
import { Gate, namesOf, Scene } from "./scene.ts";
import { accept, close, connected, passGate, recv, send } from "./telling.ts";

/** A peer that is interrupted for 40 ms acknowledges first, so a prompt one gets several chances. */
const TIMES = 3;

export default defineDemo({
  name: "closing",
  title: "Closing: three segments, or four",
  claims: {
    always: {
      says: "Closing always takes four segments.",
      expect: "refuted",
      source: "RFC 9293, section 3.6: FIN may go together with the acknowledgement of the other's FIN",
    },
    slow: {
      says: "If the other side has something left to do, its acknowledgement goes first and its FIN later: four.",
      expect: "holds",
      source: "RFC 9293, section 3.6, figure 12",
    },
    states: {
      says: "In between, who closed first waits in FIN_WAIT2, and the other is in CLOSE_WAIT until its program closes.",
      expect: "holds",
      source: "RFC 9293, section 3.3.2, figure 5",
    },
  },
  processes: {
    client({ number, log }) {
      for (let i = 0; i < number("times"); i++) {
        const socket = connected(log, number("port"));
        recv(log, socket);
        close(log, socket);
      }
    },
    /** Closes at the end of the client's stream: at once, or when the director lets it. */
    server({ fd, number, log }) {
      for (let i = 0; i < number("times"); i++) {
        const socket = accept(log, fd("listener"));
        send(log, socket, "hello");
        recv(log, socket);
        if (number("slow")) passGate(fd("close"));
        close(log, socket);
      }
    },
  },
  async run({ start, claim, unavailable, step, until, log }) {
    using gate = new Gate();
    const play = (times: number, slow: number) => {
      const scene = new Scene(log);
      const client = start("client", { args: { port: scene.port, times } });
      const fds = { listener: scene.listener, close: gate.fd };
      const server = start("server", { fds, args: { times, slow } });
      scene.cast(client, server);
      return { scene, client, server };
    };
    step("The server closes as soon as it reads the end of the client's stream.");
    const prompt = play(TIMES, 0);
    using fast = prompt.scene;
    await Promise.all([prompt.client.result(), prompt.server.result()]);
    await until(() => fast.refused !== undefined || closings(fast).filter(isComplete).length === TIMES, {
      what: "the last acknowledgement",
    });

    step("Another server has work to do before it closes.");
    const late = play(1, 1);
    using scene = late.scene;
    const between = "client FIN_WAIT2, server CLOSE_WAIT";
    await until(() => scene.states() === between, { what: () => `${between}; ${scene.states()}` });
    claim("states", scene.states() === between, scene.states());
    scene.look();
    gate.open();
    await Promise.all([late.client.result(), late.server.result()]);
    await until(() => scene.refused !== undefined || closings(scene).every(isComplete), {
      what: "the last ack",
    });

    fast.judge("always", { claim, unavailable }, () => {
      const counts = closings(fast).map(({ length }) => length);
      return [
        counts.every((count) => count === 4),
        `${TIMES} connections were closed with ${counts.join(", ")} segments`,
      ];
    });
    scene.judge("slow", { claim, unavailable }, () => {
      const [segments = []] = closings(scene);
      return [namesOf(segments) === "FIN+ACK, ACK, FIN+ACK, ACK", namesOf(segments)];
    });
  },
});

/** The segments from the first FIN on, for each connection. */
function closings(scene: Scene) {
  const byClient = new Map<number, ReturnType<Scene["segments"]>>();
  for (const segment of scene.segments()) {
    const { sourcePort, destinationPort } = segment.packet.tcp;
    const client = sourcePort === scene.port ? destinationPort : sourcePort;
    const closing = byClient.get(client) ?? [];
    if (closing.length > 0 || segment.packet.tcp.flags.includes("FIN"))
      byClient.set(client, [...closing, segment]);
  }
  return [...byClient.values()];
}

function isComplete(segments: ReturnType<Scene["segments"]>): boolean {
  const fins = segments.filter(({ packet }) => packet.tcp.flags.includes("FIN")).length;
  return fins === 2 && segments.at(-1)?.name === "ACK";
}
