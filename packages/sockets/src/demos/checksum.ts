import { defineDemo } from "@ipc-playground/lab-kit";
import { close, getSocketOption, networkCounters, openRawUdpSocket, sendTo } from "@ipc-playground/libc";
import { buildDatagram, openUdp, UDP_HEADER_BYTES } from "@ipc-playground/sockets";
import { receiveText, sendText } from "./messages-telling.ts";

const ADDRESS = "127.0.0.1";
const WORDS: Record<string, string> = {
  undamaged: "",
  bitFlipped: "and a bit flips",
  wordsSwapped: "and two words swap",
};
const HOW =
  "only CAP_NET_RAW may send a datagram with a checksum of its own making: run this as root, or with `unshare -Urn sh -c 'ip link set lo up; pnpm lab socket'`";

export default defineDemo({
  name: "checksum",
  title: "Does a datagram socket check its data?",
  claims: {
    none: {
      says: "A datagram socket does no checking of data.",
      expect: "refuted",
      source: "RFC 768, udp(7): a checksum over header and data; a wrong one is dropped",
    },
    undamaged: {
      says: "A datagram whose checksum is right is undamaged.",
      expect: "refuted",
      source: "RFC 1071: a sum, and it does not see words that changed places",
    },
    optional: {
      says: "Over IPv4, UDP may go without a checksum.",
      expect: "holds",
      source: "RFC 768: 0 says that there is none; SO_NO_CHECK, socket(7)",
    },
  },
  predict: {
    question: "A bit of a UDP datagram flips on the way. What does the receiver see?",
    choices: ["The damaged data", "Nothing: the kernel drops it and counts it", "An error, EBADMSG"],
    answer: 1,
    because: "The sum does not fit any more. To the receiver a damaged datagram is a lost one.",
  },
  processes: {},
  async run({ claim, unavailable, step, log }) {
    using receiver = openUdp();
    using sender = openUdp();
    step("Without a checksum: SO_NO_CHECK.");
    sender.set("SO_NO_CHECK", 1);
    sendText(log, "UDP", "no checksum", (bytes) => sender.send(bytes, { to: receiver.address }));
    const without = receiveText(log, "UDP", () => receiver.receive({ withinMs: 5_000 }));
    const option = getSocketOption(sender.fd, "SO_NO_CHECK");
    claim(
      "optional",
      option === 1 && without === "no checksum",
      `SO_NO_CHECK is ${option}, and "${without}" came`,
    );

    const raw = openRawUdpSocket();
    if (raw < 0) {
      unavailable("none", HOW);
      unavailable("undamaged", HOW);
      return;
    }
    const send = (text: string, damage: (data: Uint8Array) => void = undamaged) => {
      const datagram = buildDatagram(sender.address, receiver.address, Buffer.from(text));
      damage(datagram.subarray(UDP_HEADER_BYTES));
      const flow = [`UDP ${Buffer.from(datagram.subarray(UDP_HEADER_BYTES))}`];
      log.call(
        "send",
        "UDP",
        () => sendTo(raw, datagram, { family: "inet", address: ADDRESS, port: 0 }),
        undefined,
        () => ({ result: `"${text}" ${WORDS[damage.name]}`, flow }),
      );
    };
    /** What comes of it, up to a good one that follows: datagrams do not overtake each other here. */
    const receive = () => receiveText(log, "UDP", () => receiver.receive({ withinMs: 5_000 }));
    const errors = () => networkCounters().get("Udp.InCsumErrors") ?? 0;

    step(
      "Made by hand: a good datagram with its checksum, and one in which a bit flips after it was summed up.",
    );
    const before = errors();
    send("flip me", bitFlipped);
    send("good one");
    const first = receive();
    const counted = errors() - before;
    log.event("look", { object: "/proc/net/snmp", result: `InCsumErrors +${counted}` });
    claim(
      "none",
      first !== "good one",
      `one bit flipped: ${first === "good one" ? "it never came" : `"${first}" came`}; InCsumErrors +${counted}`,
    );

    step("The same sum, other data: two words of 16 bits change places.");
    send("pay 1900 to Bo", wordsSwapped);
    send("that was all");
    const damaged = receive();
    if (damaged !== "that was all") receive();
    close(raw);
    claim(
      "undamaged",
      damaged === "that was all",
      `"pay 1900 to Bo" was sent, "${damaged}" came, with its checksum right`,
    );
  },
});

function undamaged(): void {}

function bitFlipped(data: Uint8Array): void {
  data[0] = (data[0] as number) ^ 1;
}

function wordsSwapped(data: Uint8Array): void {
  const [first, second] = [data.slice(4, 6), data.slice(6, 8)];
  data.set(second, 4);
  data.set(first, 6);
}
