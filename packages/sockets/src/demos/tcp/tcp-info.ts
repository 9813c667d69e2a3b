import { defineDemo } from "@ipc-playground/lab-kit";
import { TCP_STATES, type TcpInfo, tcpInfo } from "@ipc-playground/libc";
import { Scene } from "./scene.ts";
import { accept, close, connected, recv, send } from "./telling.ts";

const ROUNDS = 5;
/** Payload of a full segment over Ethernet: 1,500 less two headers of 20 bytes. */
const ETHERNET_MSS_BYTES = 1_460;

export default defineDemo({
  name: "tcp-info",
  title: "What the kernel knows of a connection",
  claims: {
    rtt: {
      says: "To know the round-trip time, a program has to measure it.",
      expect: "refuted",
      source: "tcp(7), TCP_INFO; RFC 6298: TCP measures it all the time, for its timers",
    },
    mss: {
      says: "A segment carries 1,460 bytes at most.",
      expect: "refuted",
      source: "RFC 9293, section 3.7.1: it follows from the MTU, and that of lo is 65,536",
    },
    oneSegment: {
      says: "Slow start begins with one segment.",
      expect: "refuted",
      source: "RFC 6928: with ten",
    },
  },
  processes: {
    client({ number, log }) {
      const socket = connected(log, number("port"));
      const before = tcpInfo(socket);
      for (let i = 0; i < ROUNDS; i++) {
        send(log, socket, "ping");
        recv(log, socket);
      }
      const after = tcpInfo(socket);
      close(log, socket);
      return [before, after];
    },
    server({ fd, log }) {
      const socket = accept(log, fd("listener"));
      while (recv(log, socket).result > 0) send(log, socket, "pong");
    },
  },
  async run({ start, claim, step, log }) {
    using scene = new Scene(log, { watch: false });
    step(`A client and a server exchange ${ROUNDS} messages. Then the client asks its kernel.`);
    const client = start("client", { args: { port: scene.port } });
    start("server", { fds: { listener: scene.listener } });
    const [before, info] = await client.result<[TcpInfo, TcpInfo]>();
    log.event("getsockopt", {
      object: "TCP_INFO",
      note: `state ${TCP_STATES[info.state]}, round trip ${info.rttMicros} ± ${info.rttVarianceMicros} µs, segments of up to ${info.sendMss} B, ${info.congestionWindow} of them may be under way, ${info.totalRetransmits} sent again`,
    });
    claim("rtt", info.rttMicros === 0, `the kernel says ${info.rttMicros} µs`);
    claim("mss", info.sendMss <= ETHERNET_MSS_BYTES, `${info.sendMss.toLocaleString("en-US")} bytes on lo`);
    claim(
      "oneSegment",
      before.congestionWindow <= 1,
      `${before.congestionWindow} segments may be under way after the handshake`,
    );
  },
});
