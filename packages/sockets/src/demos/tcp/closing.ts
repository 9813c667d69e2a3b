import { type DirectorContext, defineDemo } from "@ipc-playground/lab-kit";
import { Gate } from "./gate.ts";
import { namesOf, Scene } from "./scene.ts";
import { accept, close, connected, passGate, recv, send } from "./telling.ts";

type Start = DirectorContext<"client" | "server", string>["start"];
type Actor = ReturnType<Start>;

/** A peer that is interrupted for 40 ms acknowledges first, so a prompt one gets several chances. */
const CHANCES = 20;

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
    client({ number, fd, log }) {
      while (passGate(fd("round"))) {
        const socket = connected(log, number("port"));
        recv(log, socket);
        close(log, socket);
      }
    },
    /** Closes at the end of the client's stream: at once, or when the director lets it. */
    server({ fd, number, log }) {
      while (passGate(fd("round"))) {
        const socket = accept(log, fd("listener"));
        send(log, socket, "hello");
        recv(log, socket);
        if (number("slow")) passGate(fd("round"));
        close(log, socket);
      }
    },
  },
  async run({ start, claim, unavailable, step, until, log }) {
    using fast = new Scene(log);
    using prompt = new Pair(fast, start, 0);
    step("The server closes as soon as it reads the end of the client's stream.");
    let rounds = 0;
    while (rounds < CHANCES && !closings(fast).some(({ length }) => length === 3)) {
      prompt.round();
      rounds++;
      await until(() => fast.closed(rounds), { what: () => `both sides to close; ${fast.states()}` });
      if (fast.refused !== undefined) break;
    }
    await prompt.end();

    step("Another server has work to do before it closes.");
    using scene = new Scene(log);
    using late = new Pair(scene, start, 1);
    late.round();
    const between = "client FIN_WAIT2, server CLOSE_WAIT";
    await until(() => scene.states() === between, { what: () => `${between}; ${scene.states()}` });
    claim("states", scene.states() === between, scene.states());
    scene.look();
    late.serverGate.open();
    await until(() => scene.closed(1), { what: () => `both sides to close; ${scene.states()}` });
    await late.end();

    fast.judge("always", { claim, unavailable }, () => {
      const counts = closings(fast).map(({ length }) => length);
      return [counts.every((count) => count === 4), `closed with ${counts.join(", then ")} segments`];
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

/** Client and server, which do a round when both are let through. */
class Pair implements Disposable {
  readonly clientGate = new Gate();
  readonly serverGate = new Gate();
  readonly #client: Actor;
  readonly #server: Actor;

  constructor(scene: Scene, start: Start, slow: 0 | 1) {
    this.#client = start("client", { args: { port: scene.port }, fds: { round: this.clientGate.fd } });
    const fds = { listener: scene.listener, round: this.serverGate.fd };
    this.#server = start("server", { fds, args: { slow } });
    scene.cast(this.#client, this.#server);
  }

  round(): void {
    this.clientGate.open();
    this.serverGate.open();
  }

  async end(): Promise<void> {
    this[Symbol.dispose]();
    await Promise.all([this.#client.result(), this.#server.result()]);
  }

  [Symbol.dispose](): void {
    this.clientGate[Symbol.dispose]();
    this.serverGate[Symbol.dispose]();
  }
}
