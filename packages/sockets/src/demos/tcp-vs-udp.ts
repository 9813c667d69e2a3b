import { readFileSync } from "node:fs";
import { defineDemo } from "@ipc-playground/lab-kit";
import { close, recv, send, tcpInfo } from "@ipc-playground/libc";
import {
  IPV4_HEADER_BYTES,
  openUdp,
  TCP_MIN_HEADER_BYTES,
  UDP_HEADER_BYTES,
  UDP_IPV4_BYTES,
} from "@ipc-playground/sockets";
import { refusal } from "./messages-telling.ts";
import { median, roundTripMicros, tcpPair } from "./round-trips.ts";

/** Round trips of one turn, turns of each, and bytes of a message. */
const TRIPS = 200;
const TURNS = 25;
const BYTES = 64;
/** "Much slower" would be twice. */
const MUCH = 2;
const MAX_IP_PACKET_BYTES = 65_535;

export default defineDemo({
  name: "tcp-vs-udp",
  title: "TCP and UDP side by side: headers, and a round trip",
  claims: {
    headers: {
      says: "UDP adds 8 bytes to a message, TCP at least 20 to a segment.",
      expect: "holds",
      source: "RFC 768, RFC 9293",
    },
    twenty: {
      says: "TCP's header has 20 bytes.",
      expect: "refuted",
      source: "RFC 7323: time stamps, 12 bytes in every segment, unless net.ipv4.tcp_timestamps is 0",
    },
    slower: {
      says: "TCP is much slower than UDP: it has to wait for acknowledgements.",
      expect: "refuted",
      source:
        "RFC 9293, tcp(7): data does not wait for them, and in a conversation they ride with the answer",
    },
  },
  predict: {
    question:
      "A question and its answer, 64 bytes each, over a connection that is open already: how much longer than UDP does TCP take on one machine?",
    choices: ["Three times and more", "Twice", "Less than half as long again"],
    answer: 2,
    because:
      "Both cross the same kernel, wake the same process, and copy the same bytes. The difference is a little arithmetic.",
  },
  processes: {
    /** Sends back what comes, over both, until TCP ends. */
    echo({ fd, log }) {
      const buffer = new Uint8Array(BYTES);
      log.event("ready");
      for (let turn = 0; ; turn++) {
        const end = turn % 2 === 0 ? fd("tcp") : fd("udp");
        for (let i = 0; i < TRIPS; i++) {
          if (recv(end, buffer) !== BYTES) return turn;
          send(end, buffer);
        }
      }
    },
  },
  async run({ start, claim, unavailable, step, log }) {
    const [client, server] = tcpPair();
    using udp = openUdp();
    using other = openUdp();
    udp.connect(other.address);
    other.connect(udp.address);
    step("What fits into one packet says how long the headers are.");
    const fits = (bytes: number) => refusal(() => udp.send(new Uint8Array(bytes)));
    const udpHeader = MAX_IP_PACKET_BYTES - IPV4_HEADER_BYTES - UDP_IPV4_BYTES;
    const exact = [fits(UDP_IPV4_BYTES), fits(UDP_IPV4_BYTES + 1)].join(", ");
    other.receive({ withinMs: 5_000 });
    const info = tcpInfo(client);
    if (typeof info === "number") throw new Error(`tcp_info: errno ${-info}`);
    const { advertisedMss, pathMtu } = info;
    const tcpHeader = pathMtu - IPV4_HEADER_BYTES - advertisedMss;
    log.event("look", { object: "UDP", result: `${UDP_IPV4_BYTES} B fit, header ${udpHeader} B` });
    log.event("look", { object: "TCP", result: `${advertisedMss} B fit, header ${tcpHeader} B` });
    claim(
      "headers",
      exact === "nothing, EMSGSIZE" && udpHeader === UDP_HEADER_BYTES && tcpHeader >= TCP_MIN_HEADER_BYTES,
      `of an IP packet of ${MAX_IP_PACKET_BYTES} bytes UDP leaves ${UDP_IPV4_BYTES}; of one of ${pathMtu}, TCP leaves ${advertisedMss} (TCP_INFO)`,
    );
    judgeTwenty();

    step(`${TURNS} turns of ${TRIPS} round trips each, TCP and UDP by turns.`);
    const echo = start("echo", { fds: { tcp: server, udp: other } });
    await echo.said("ready");
    close(server);
    const times = { tcp: [] as number[], udp: [] as number[] };
    for (let turn = 0; turn < TURNS; turn++) {
      times.tcp.push(roundTripMicros(client, BYTES, TRIPS));
      times.udp.push(roundTripMicros(udp.fd, BYTES, TRIPS));
    }
    close(client);
    await echo.result();
    const [tcp, plain] = [median(times.tcp), median(times.udp)];
    const ratio = tcp / plain;
    log.event("measure", { result: `TCP ${tcp.toFixed(1)} µs, UDP ${plain.toFixed(1)} µs` });
    claim(
      "slower",
      ratio >= MUCH,
      `medians of a round trip: TCP ${tcp.toFixed(1)} µs, UDP ${plain.toFixed(1)} µs: ${ratio.toFixed(2)} times`,
    );

    /** Where time stamps are switched off, the sentence is true. */
    function judgeTwenty(): void {
      const file = "/proc/sys/net/ipv4/tcp_timestamps";
      if (readFileSync(file, "utf8").trim() === "0")
        unavailable("twenty", `${file} is 0 here; it is 1 by default`);
      else
        claim(
          "twenty",
          tcpHeader === TCP_MIN_HEADER_BYTES,
          `${tcpHeader} bytes in every segment of this connection: ${tcpHeader - TCP_MIN_HEADER_BYTES} are options`,
        );
    }
  },
});
