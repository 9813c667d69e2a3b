import { defineDemo } from "@ipc-playground/lab-kit";
import { openUdp, UdpSocket } from "@ipc-playground/sockets";
import { receiveText, sendText } from "./messages-telling.ts";

/** How long the unconnected one is given to be told, in milliseconds. The connected one is told in some microseconds. */
const PATIENCE_MS = 50;

export default defineDemo({
  name: "udp-connected",
  title: "connect() on UDP: no connection, and yet one is told that nobody is there",
  claims: {
    handshake: {
      says: "connect() makes sure that somebody is at the other end.",
      expect: "refuted",
      source: "connect(2): for a datagram socket it only notes the address",
    },
    never: {
      says: "With UDP one never learns that nobody listens.",
      expect: "refuted",
      source: 'udp(7): a connected socket gets ICMP\'s "port unreachable" as ECONNREFUSED',
    },
    unconnected: {
      says: "A socket that is not connected is not told.",
      expect: "holds",
      source: "udp(7): unless it sets IP_RECVERR",
    },
    filter: {
      says: "A connected UDP socket receives from everybody, as before.",
      expect: "refuted",
      source: "connect(2): only from the address it is connected to",
    },
  },
  predict: {
    question:
      "A UDP socket is connected to a port that nobody has, and sends twice. What do the two calls return?",
    choices: ["Success, success", "ECONNREFUSED, ECONNREFUSED", "Success, ECONNREFUSED"],
    answer: 2,
    because:
      "The first one leaves. The answer of the other machine's kernel, an ICMP message, is told by whatever is called next.",
  },
  processes: {
    /** Sends to a port, and waits to hear of it. */
    client({ fd, number, log }) {
      using socket = new UdpSocket(fd("socket"));
      const to = { address: "127.0.0.1", port: number("port") };
      const connected = number("connected") === 1;
      if (connected) log.call("connect", "UDP", () => socket.connect(to));
      const first = log.call("send", "UDP", () =>
        socket.send(Buffer.from("anybody?"), connected ? {} : { to }),
      );
      const answer = log.call(
        "recv",
        "UDP",
        () => socket.receive({ withinMs: connected ? 5_000 : PATIENCE_MS }),
        undefined,
        (got) => (got.kind === "refused" ? { errno: "ECONNREFUSED" } : { result: got.kind }),
      );
      return [first.kind, answer.kind];
    },
  },
  async run({ start, claim, step, log }) {
    const gone = openUdp();
    const { port } = gone.address;
    gone.close();
    const ask = async (as: string, connected: 0 | 1) => {
      using socket = openUdp();
      return start("client", { as, fds: { socket }, args: { port, connected } }).result<string[]>();
    };
    step("A port that nobody has. One client connects to it and sends; one just sends.");
    const [sent, told] = await ask("connected", 1);
    claim(
      "handshake",
      sent !== "sent",
      `connect() to a port that nobody has succeeded, and so did the first send: ${sent}`,
    );
    claim("never", told !== "refused", `the call after that: ${told === "refused" ? "ECONNREFUSED" : told}`);
    const [, silence] = await ask("unconnected", 0);
    claim("unconnected", silence !== "refused", `it heard for ${PATIENCE_MS} ms, and: ${silence}`);

    step("A connected socket, its peer, and a stranger who sends first.");
    using socket = openUdp();
    using peer = openUdp();
    using stranger = openUdp();
    socket.connect(peer.address);
    const to = socket.address;
    sendText(log, "UDP", "from a stranger", (bytes) => stranger.send(bytes, { to }));
    sendText(log, "UDP", "from the peer", (bytes) => peer.send(bytes, { to }));
    const first = receiveText(log, "UDP", () => socket.receive({ withinMs: 5_000 }));
    const next = socket.receive({ withinMs: 0 }).kind;
    claim(
      "filter",
      first !== "from the peer" || next === "message",
      `of two that were sent it received the one "${first}", then ${next}`,
    );
  },
});
