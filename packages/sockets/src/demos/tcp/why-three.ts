import { defineDemo } from "@ipc-playground/lab-kit";
import { bindSocket, check, close, openRawTcpSocket, sendTo, socket, socketName } from "@ipc-playground/libc";
import { buildSegment } from "@ipc-playground/sockets";
import { namesOf, Scene } from "./scene.ts";
import { accept } from "./telling.ts";

const HERE = "127.0.0.1";
/** The number that the old SYN had when it was young. */
const OLD_SEQUENCE = 1_000_000;

export default defineDemo({
  name: "why-three",
  title: "What two segments would break: an old SYN",
  claims: {
    opens: {
      says: "A server that has answered SYN with SYN+ACK has a connection: two segments are enough.",
      expect: "refuted",
      source: "RFC 9293, section 3.5, figure 8: recovery from an old duplicate SYN",
    },
    names: {
      says: "The reset that ends it carries the number that the SYN+ACK asked for, so that it is believed.",
      expect: "holds",
      source: "RFC 9293, section 3.5.2",
    },
  },
  predict: {
    question:
      "A SYN was lost in the network for a minute. Its client has long given up. Now it arrives at the server. What happens?",
    choices: [
      "The server has a connection to nobody",
      "The server answers, and is told that nobody asked",
      "The server sees that the SYN is old, and drops it",
    ],
    answer: 1,
    because:
      "A SYN looks the same, old or new. Only the client knows whether it wants a connection now, so it has to be asked: that is what the second and the third segment are for.",
  },
  processes: {
    /** It is not here any more. Its old SYN is sent by hand: header and checksum are made by this program. */
    client({ number, log }) {
      const fd = check(openRawTcpSocket(), { syscall: "socket", doing: "make segments by hand" });
      const ports = { sourcePort: number("from"), destinationPort: number("to") };
      const ends = { source: HERE, destination: HERE, ...ports };
      const syn = buildSegment({ ...ends, sequence: OLD_SEQUENCE, flags: ["SYN"] });
      log.call("sendto", "raw socket", () => sendTo(fd, syn, { family: "inet", address: HERE, port: 0 }));
      close(fd);
    },
    server({ fd, log }) {
      accept(log, fd("listener"));
    },
  },
  async run({ start, claim, unavailable, step, until, log }) {
    using scene = new Scene(log);
    const server = start("server", { fds: { listener: scene.listener } });
    await server.asleep({ in: "accept" });
    if (scene.refused !== undefined) {
      unavailable("opens", scene.refused);
      unavailable("names", scene.refused);
      server.kill("SIGKILL");
      return;
    }
    step(
      "An old SYN arrives, from a port where nobody is connecting. The server's kernel cannot tell that it is old.",
    );
    using gone = new TakenPort();
    const client = start("client", { args: { from: gone.port, to: scene.port } });
    scene.cast(client, server);
    await client.result();
    const isReset = ({ name }: { name: string }) => name.startsWith("RST");
    await until(() => scene.segments().some(isReset), { what: "a reset" });
    await until(() => scene.ends().server === undefined, { what: "the half-open connection to go" });
    const asleep = server.running && server.whereabouts().includes("accept");
    scene.judge("opens", { claim, unavailable }, (segments) => [
      !asleep || scene.waiting() > 0,
      `${namesOf(segments)}; ${scene.waiting()} connections wait, and the server is ${server.whereabouts().split(" on ")[0]}`,
    ]);
    scene.judge("names", { claim, unavailable }, (segments) => {
      const asked = segments.find(({ name }) => name === "SYN+ACK")?.packet.tcp.acknowledgement;
      const reset = segments.find(isReset)?.packet.tcp.sequence;
      return [asked === reset, `SYN+ACK asked for ${asked}, RST has seq ${reset}`];
    });
    server.kill("SIGKILL");
    await server.exited();
  },
});

/** A port that nobody else gets, and where nothing listens or connects. */
class TakenPort implements Disposable {
  readonly #fd = socket("inet", "stream");
  readonly port: number;

  constructor() {
    bindSocket(this.#fd, { family: "inet", address: HERE, port: 0 });
    const name = socketName(this.#fd);
    this.port = name !== null && typeof name !== "number" && name.family === "inet" ? name.port : 0;
  }

  [Symbol.dispose](): void {
    close(this.#fd);
  }
}
