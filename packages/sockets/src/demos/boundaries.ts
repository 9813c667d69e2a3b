import { defineDemo } from "@ipc-playground/lab-kit";
import { openUdp, UdpSocket, UnixSocket, unixSocketPair } from "@ipc-playground/sockets";
import { receiveText, sendText } from "./messages-telling.ts";

const WORDS = ["one", "two", "three"];

export default defineDemo({
  name: "boundaries",
  title: "Is one send one receive?",
  claims: {
    stream: {
      says: "One send is one receive.",
      expect: "refuted",
      source: "socket(2), SOCK_STREAM: a byte stream",
    },
    datagram: {
      says: "A datagram socket keeps the boundaries of messages.",
      expect: "holds",
      source: "socket(2), SOCK_DGRAM",
    },
    connection: {
      says: "Over a connection, message boundaries are lost.",
      expect: "refuted",
      source: "socket(2), SOCK_SEQPACKET: a connection with boundaries; unix(7)",
    },
  },
  predict: {
    question:
      "A program sends three messages over a connection, and only then the other one begins to receive. How many times will it have to?",
    choices: ["Three times, always", "Once over a stream, three times over seqpacket", "Once, always"],
    answer: 1,
    because:
      "A stream is bytes without marks. SOCK_SEQPACKET is a connection, too, and its messages stay apart.",
  },
  processes: {
    sender({ fd, log }) {
      const ways = {
        stream: new UnixSocket(fd("stream"), "stream"),
        seqpacket: new UnixSocket(fd("seqpacket"), "seqpacket"),
        "Unix datagram": new UnixSocket(fd("datagram"), "datagram"),
        UDP: new UdpSocket(fd("udp")),
      };
      for (const [way, socket] of Object.entries(ways)) {
        for (const word of WORDS) sendText(log, way, word, (bytes) => socket.send(bytes));
      }
    },
  },
  async run({ start, claim, step, log }) {
    const [stream, streamEnd] = unixSocketPair("stream");
    const [seqpacket, seqpacketEnd] = unixSocketPair("seqpacket");
    const [datagram, datagramEnd] = unixSocketPair("datagram");
    const [udp, udpEnd] = [openUdp(), openUdp()];
    udpEnd.connect(udp.address);
    step("Three sends in each of four ways; nobody receives until all are done.");
    const fds = { stream: streamEnd, seqpacket: seqpacketEnd, datagram: datagramEnd, udp: udpEnd };
    await start("sender", { fds }).result();

    step("Now everything is received.");
    const receive = (way: string, socket: UnixSocket | UdpSocket): string[] => {
      const got: string[] = [];
      while (got.join("").length < WORDS.join("").length) {
        got.push(receiveText(log, way, () => socket.receive({ withinMs: 5_000 })));
      }
      return got;
    };
    const all = WORDS.length;
    const streamed = receive("stream", stream);
    claim(
      "stream",
      streamed.length === all,
      `${all} sends were ${streamed.length} receive: "${streamed.join('", "')}"`,
    );
    const packets = receive("seqpacket", seqpacket);
    claim(
      "connection",
      packets.length !== all,
      `seqpacket is connected, and ${all} sends were ${packets.length} receives`,
    );
    const datagrams = [receive("Unix datagram", datagram), receive("UDP", udp)];
    claim(
      "datagram",
      datagrams.every((got) => got.join() === WORDS.join()),
      `${all} sends were ${datagrams[0]?.length} receives of a Unix socket and ${datagrams[1]?.length} of UDP`,
    );
    for (const one of [stream, streamEnd, seqpacket, seqpacketEnd, datagram, datagramEnd, udp, udpEnd])
      one.close();
  },
});
