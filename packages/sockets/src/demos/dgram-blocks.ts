import { defineDemo } from "@ipc-playground/lab-kit";
import { openUdp, openUnixDatagram, readSocketLimit, SOCKET_LIMITS } from "@ipc-playground/sockets";
import { receiveText, refusal, sendText } from "./messages-telling.ts";

/** So many more than fit. */
const MORE = 5;

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
      "It sleeps in send() once a dozen wait",
    ],
    answer: 2,
    because: "Both are on one machine, so the kernel can make the sender wait. On a network it could not.",
  },
  processes: {
    sender({ text, number, log }) {
      using socket = openUnixDatagram();
      for (let i = 1; i <= number("count"); i++) {
        sendText(log, "datagrams", `${i}`, (bytes) => socket.sendTo(text("path"), bytes));
      }
    },
  },
  async run({ start, scratch, claim, step, log }) {
    const folder = scratch();
    const limit = readSocketLimit(SOCKET_LIMITS.unixDatagrams) ?? 0;
    using receiver = openUnixDatagram({ path: `${folder}/receiver` });
    step(`${limit + MORE} datagrams to a receiver that does not receive.`);
    const sender = start("sender", { args: { path: receiver.path, count: limit + MORE } });
    await sender.asleep({ in: "send" });
    const where = sender.whereabouts();

    step("Now it receives.");
    const got: number[] = [];
    while (got.length < limit + MORE) {
      got.push(Number(receiveText(log, "datagrams", () => receiver.receive({ withinMs: 5_000 }))));
    }
    await sender.result();
    const inOrder = got.every((one, i) => one === i + 1);
    claim(
      "loses",
      !inOrder,
      `the sender was ${where}; then all ${got.length} came${inOrder ? " in order" : ""}`,
    );

    using other = openUnixDatagram();
    let waiting = 0;
    while (other.sendTo(receiver.path, Buffer.from("x"), { withinMs: 0 }).kind === "sent") waiting++;
    log.event("send MSG_DONTWAIT", { object: "datagrams", result: `${waiting} taken, then EAGAIN` });
    claim("queue", waiting <= limit, `max_dgram_qlen is ${limit}; ${waiting} were taken, then EAGAIN`);

    step("And to an address that nobody has any more.");
    other.connect(receiver.path);
    receiver.close();
    const unix = refusal(() => other.send(Buffer.from("x")));
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
  return sender.send(Buffer.from("x"), { to: address }).kind;
}
