import { createSocket } from "node:dgram";
import { once } from "node:events";
import { defineBench } from "@ipc-playground/bench-kit";
import { UDP_IPV4_BYTES } from "../limits.ts";
import { openUdp } from "../udp/open.ts";
import { UdpSocket } from "../udp/udp-socket.ts";

const HOST = "127.0.0.1";

/**
 * No `throughput`: nothing holds a UDP sender back, what a full receiver cannot take is lost, and a lost
 * message voids a row. Whoever waits for acknowledgements measures a protocol of his own. In a ping-pong
 * one datagram is under way, and there is always room for it.
 */
export default defineBench({
  mechanism: "udp",
  yardstick: "udp",
  openLoop: true,
  // The open loop ends before the first load at which one is.
  loses: true,
  measures: ["latency", "rate"],

  work: {
    copies: 2,
    systemCalls: { blocking: 2, "event-loop": 3 },
    says: "send(2) copies in, recv(2) copies out; an event loop asks epoll_wait(2) first",
  },

  maxMessageBytes: () => UDP_IPV4_BYTES,

  // Both have their port before either starts, so that nothing is sent to nobody.
  open() {
    const [a, b] = [openUdp(), openUdp()];
    return {
      a: { fds: { socket: a.fd }, names: { peer: `${b.address.port}` } },
      b: { fds: { socket: b.fd }, names: { peer: `${a.address.port}` } },
    };
  },

  modes: {
    blocking({ fds, names }) {
      const socket = new UdpSocket(fds.socket);
      socket.connect({ address: HOST, port: Number(names.peer) });
      return {
        send: (message) => void socket.send(message),
        receive(message) {
          const got = socket.receiveInto(message);
          return typeof got === "number" ? got : 0;
        },
      };
    },

    async "event-loop"({ fds, names }, deliver) {
      const socket = createSocket("udp4");
      socket.on("message", deliver);
      // Of a descriptor that is there already, it is done on return.
      socket.bind({ fd: fds.socket });
      socket.connect(Number(names.peer), HOST);
      await once(socket, "connect");
      return {
        send: (message, sent) =>
          socket.send(message, (error) => {
            if (error) throw error;
            sent();
          }),
      };
    },
  },
});
