import { defineDemo } from "@ipc-playground/lab-kit";
import { networkCounters, udpSockets } from "@ipc-playground/libc";
import { openUdp } from "@ipc-playground/sockets";

const DATAGRAMS = 200;
const BYTES = 512;
/** What SO_RCVBUF is set to: room for a dozen or so. */
const BUFFER_BYTES = 8_192;

interface Sent {
  sent: number;
  refused: number;
}

export default defineDemo({
  name: "udp-loss",
  title: "UDP loses what the receiver has no room for, on one machine too",
  claims: {
    loopback: {
      says: "UDP loses datagrams on the network; on loopback none is lost.",
      expect: "refuted",
      source: "udp(7): dropped at a full receive buffer",
    },
    told: {
      says: "The sender is told when a datagram is lost.",
      expect: "refuted",
      source: 'udp(7): unreliable; send(2): "sent" means that it left',
    },
    trace: {
      says: "Lost datagrams leave no trace.",
      expect: "refuted",
      source: "proc_pid_net(5): RcvbufErrors in /proc/net/snmp, drops in /proc/net/udp",
    },
    mixed: {
      says: "UDP datagrams come out of order, and some come twice.",
      expect: "refuted",
      source: "udp(7): they may, over a network with several ways; not on loopback",
    },
  },
  predict: {
    question:
      "200 datagrams go to a socket on the same machine whose buffer has room for a dozen, and nobody receives. What does the sender see?",
    choices: [
      "200 times success",
      "A dozen times success, then it sleeps",
      "A dozen times success, then ENOBUFS",
    ],
    answer: 0,
    because:
      "UDP has no way to make a sender wait. What finds no room is dropped at the receiver, after send() said yes.",
  },
  processes: {
    sender({ number, log }) {
      using socket = openUdp();
      const to = { address: "127.0.0.1", port: number("port") };
      let sent = 0;
      for (let i = 0; i < DATAGRAMS; i++) {
        const datagram = new Uint8Array(BYTES);
        new DataView(datagram.buffer).setUint32(0, i);
        if (socket.send(datagram, { to }).kind === "sent") sent++;
      }
      log.event("send", {
        object: "UDP",
        result: `${sent} × ${BYTES} B sent`,
        note: "Every call returned success.",
      });
      return { sent, refused: DATAGRAMS - sent } satisfies Sent;
    },
  },
  async run({ start, claim, step, log }) {
    using receiver = openUdp();
    receiver.set("SO_RCVBUF", BUFFER_BYTES);
    const { port } = receiver.address;
    const errors = () => networkCounters().get("Udp.RcvbufErrors") ?? 0;
    const before = errors();
    step(`A small receive buffer, a receiver that does not receive, and ${DATAGRAMS} datagrams.`);
    const { sent, refused } = await start("sender", { args: { port } }).result<Sent>();

    step("Now it receives what is left of them.");
    const got: number[] = [];
    for (;;) {
      const result = receiver.receive({ withinMs: 0 });
      if (result.kind !== "message") break;
      got.push(new DataView(result.bytes.buffer).getUint32(0));
    }
    const lost = sent - got.length;
    const drops = udpSockets(port)[0]?.drops ?? 0;
    const counted = errors() - before;
    log.event("recv", { object: "UDP", result: `${got.length} came, ${lost} are lost` });
    log.event("look", { object: "/proc/net", result: `drops ${drops}, RcvbufErrors +${counted}` });
    claim("loopback", lost === 0, `${sent} sent over loopback, ${got.length} received, ${lost} lost`);
    claim(
      "told",
      refused >= lost,
      `${sent} of ${DATAGRAMS} calls of send() said success; ${lost} of these datagrams are lost`,
    );
    claim(
      "trace",
      lost === 0 || drops !== lost || counted < lost,
      `lost ${lost}; drops of the socket ${drops}, RcvbufErrors of the machine +${counted}`,
    );
    const disorder = got.filter((one, i) => i > 0 && one < (got[i - 1] as number)).length;
    const twice = got.length - new Set(got).size;
    claim(
      "mixed",
      disorder + twice > 0,
      `of ${got.length} that came, ${disorder} out of order, ${twice} twice`,
    );
  },
});
