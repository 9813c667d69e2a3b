import { defineDemo } from "@ipc-playground/lab-kit";
import { setSocketOption } from "@ipc-playground/libc";
import { openUdp, openUnixDatagram, readSocketLimit, SOCKET_LIMITS } from "@ipc-playground/sockets";
import { receiveText, refusal, sendText } from "./messages-telling.ts";

const BYTE = Uint8Array.of(1);
const DATAGRAMS = 12;
/** What the sender's SO_SNDBUF is set to: the smallest there is, room for some short datagrams. */
const BUFFER_BYTES = 4_608;
/** Datagrams of one sender: few enough that its own buffer is never what is full. */
const OF_ONE_SENDER = 32;

export default defineDemo({
  name: "dgram-blocks",
  title: "A Unix datagram socket makes its sender wait, and loses nothing",
  claims: {
    loses: {
      says: "Datagram sockets are unreliable: a receiver that is too slow loses messages.",
      expect: "refuted",
      source: "unix(7): Unix datagrams are reliable and keep their order; the sender sleeps",
    },
    queue: {
      says: "At most net.unix.max_dgram_qlen datagrams wait in a Unix datagram socket.",
      expect: "refuted",
      source:
        "unix(7), net.unix.max_dgram_qlen: the kernel asks whether there are more than that, so one more fits",
    },
    nobody: {
      says: "A datagram to an address that nobody has is sent, and lost without a word.",
      expect: "refuted",
      source: "unix(7): ECONNREFUSED; true of UDP without a connection",
    },
  },
  predict: {
    question: "A receiver does not receive. What happens to the sender of Unix datagrams?",
    choices: [
      "It goes on, the newest are lost",
      "It goes on, the oldest are lost",
      "It sleeps in send() once some are waiting",
    ],
    answer: 2,
    because: "Both are on one machine, so the kernel can make the sender wait. On a network it could not.",
  },
  processes: {
    sender({ text, log }) {
      using socket = openUnixDatagram();
      setSocketOption(socket.fd, "SO_SNDBUF", BUFFER_BYTES);
      for (let i = 1; i <= DATAGRAMS; i++) {
        sendText(log, "datagrams", `${i}`, (bytes) => socket.sendTo(text("path"), bytes));
      }
    },
  },
  async run({ start, scratch, claim, step, log }) {
    const folder = scratch();
    const limit = readSocketLimit(SOCKET_LIMITS.unixDatagrams) ?? 0;
    using receiver = openUnixDatagram({ path: `${folder}/receiver` });
    step(`${DATAGRAMS} datagrams to a receiver that does not receive.`);
    const sender = start("sender", { args: { path: receiver.path } });
    await sender.asleep({ in: "send" });
    const where = sender.whereabouts();

    step("Now it receives.");
    const got: number[] = [];
    while (got.length < DATAGRAMS) {
      got.push(Number(receiveText(log, "datagrams", () => receiver.receive({ withinMs: 5_000 }))));
    }
    await sender.result();
    const inOrder = got.every((one, i) => one === i + 1);
    claim(
      "loses",
      !inOrder,
      `the sender was ${where}; then all ${got.length} came${inOrder ? " in order" : ""}`,
    );

    step("How many wait at most? Several senders, none of which is willing to wait.");
    const senders = Array.from({ length: Math.ceil((limit + 2) / OF_ONE_SENDER) }, () => openUnixDatagram());
    const taken = () =>
      senders[Math.floor(waiting / OF_ONE_SENDER)]?.sendTo(receiver.path, BYTE, { withinMs: 0 });
    let waiting = 0;
    while (taken()?.kind === "sent") waiting++;
    for (const one of senders) one.close();
    log.event("send MSG_DONTWAIT", { object: "datagrams", result: `${waiting} taken, then EAGAIN` });
    claim("queue", waiting <= limit, `max_dgram_qlen is ${limit}; ${waiting} were taken, then EAGAIN`);

    step("And to an address that nobody has any more.");
    using other = openUnixDatagram();
    other.connect(receiver.path);
    receiver.close();
    const unix = refusal(() => other.send(BYTE));
    const udp = udpToNobody();
    log.event("send", { object: "a closed socket", errno: unix });
    claim("nobody", unix === "nothing", `Unix: ${unix}; UDP, not connected: ${udp}`);
  },
});

function udpToNobody(): string {
  using gone = openUdp();
  const { address } = gone;
  gone.close();
  using sender = openUdp();
  return sender.send(BYTE, { to: address }).kind;
}
