import { defineDemo } from "@ipc-playground/lab-kit";
import { openUdp, UDP_IPV4_BYTES } from "@ipc-playground/sockets";
import { receiveText, refusal, sendText, textOf } from "./messages-telling.ts";

const ROOM_BYTES = 5;

export default defineDemo({
  name: "udp-truncation",
  title: "A datagram that is longer than the buffer, and one that is too long at all",
  claims: {
    rest: {
      says: "What does not fit into the buffer comes with the next receive.",
      expect: "refuted",
      source: "recv(2): excess bytes of a datagram are discarded; true of a stream",
    },
    silent: {
      says: "Nobody can know that a datagram was cut.",
      expect: "refuted",
      source: "recv(2), MSG_TRUNC: the real length is returned",
    },
    limit: {
      says: "A UDP datagram carries at most 65,507 bytes.",
      expect: "holds",
      source: "RFC 768, RFC 791: 65,535 less 20 and 8 of headers; IPv4",
    },
    cut: {
      says: "A longer one is cut when it is sent.",
      expect: "refuted",
      source: "send(2): EMSGSIZE, and nothing is sent",
    },
  },
  predict: {
    question:
      'A datagram says "hello, world". The receiver has room for 5 bytes, and receives twice. What does it get?',
    choices: ['"hello", then ", wor"', '"hello", then the next datagram', "An error, and the datagram stays"],
    answer: 1,
    because: "One receive takes one datagram off the queue, all of it. What does not fit is gone.",
  },
  processes: {
    sender({ number, log }) {
      using socket = openUdp();
      const to = { address: "127.0.0.1", port: number("port") };
      for (const text of ["hello, world", "next"]) {
        sendText(log, "UDP", text, (bytes) => socket.send(bytes, { to }));
      }
    },
  },
  async run({ start, claim, step, log }) {
    using receiver = openUdp();
    step(`Two datagrams for a receiver with room for ${ROOM_BYTES} bytes.`);
    await start("sender", { args: { port: receiver.address.port } }).result();
    const first = log.call(
      "recv",
      "UDP",
      () => receiver.receive({ roomBytes: ROOM_BYTES }),
      undefined,
      (got) =>
        got.kind === "message"
          ? { result: `"${textOf(got)}" of ${got.sentBytes} B, MSG_TRUNC`, flow: ["UDP hello, world"] }
          : {},
    );
    if (first.kind !== "message") throw new Error(first.kind);
    const second = receiveText(log, "UDP", () =>
      receiver.receive({ roomBytes: ROOM_BYTES, withinMs: 5_000 }),
    );
    claim(
      "rest",
      second !== "next",
      `"${textOf(first)}", then "${second}": ${first.sentBytes - ROOM_BYTES} bytes are gone`,
    );
    claim(
      "silent",
      first.sentBytes <= ROOM_BYTES,
      `asked with MSG_TRUNC, recv returned ${first.sentBytes} for ${ROOM_BYTES} bytes of room`,
    );

    step("As long as a datagram can be, and one byte more.");
    using sender = openUdp();
    const to = receiver.address;
    const sizes = [UDP_IPV4_BYTES, UDP_IPV4_BYTES + 1];
    const [fits, over] = sizes.map((size) => refusal(() => sender.send(new Uint8Array(size), { to })));
    const got = receiver.receive({ withinMs: 5_000 });
    const came = got.kind === "message" ? got.sentBytes : 0;
    const more = receiver.receive({ withinMs: 0 });
    log.event("send", { object: "UDP", result: `${sizes[0]} B: ${came} came; ${sizes[1]} B: ${over}` });
    claim(
      "limit",
      fits === "nothing" && came === UDP_IPV4_BYTES && over !== "nothing",
      `${sizes[0]} bytes: ${came} came; ${sizes[1]}: ${over}`,
    );
    claim(
      "cut",
      more.kind === "message" || over === "nothing",
      `${sizes[1]} bytes: ${over}, and ${more.kind === "message" ? "some came" : "nothing came"}`,
    );
  },
});
