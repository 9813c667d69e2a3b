import { defineDemo } from "@ipc-playground/lab-kit";
import { close, connectSocket, errnoSymbol, socket } from "@ipc-playground/libc";
import { openUdp, UdpSocket } from "@ipc-playground/sockets";
import { receiveText, refusal, sendText } from "./messages-telling.ts";

/** The last address of loopback's network, 127.0.0.0/8: to everybody on it. */
const EVERYBODY = "127.255.255.255";

export default defineDemo({
  name: "broadcast",
  title: "One send, every receiver",
  claims: {
    all: {
      says: "One send to the broadcast address reaches every socket that is bound to the port.",
      expect: "holds",
      source: "ip(7), udp(7)",
    },
    anybody: {
      says: "Every UDP socket may broadcast.",
      expect: "refuted",
      source: "socket(7), SO_BROADCAST; send(2): EACCES without it",
    },
    tcp: {
      says: "TCP can broadcast as well.",
      expect: "refuted",
      source: "RFC 9293: a connection has two ends; ENETUNREACH",
    },
  },
  predict: {
    question: "A plain UDP socket sends to a broadcast address. What happens?",
    choices: ["All get it", "EACCES", "Only the first socket of the port gets it"],
    answer: 1,
    because:
      "It has to be asked for, with SO_BROADCAST: so that nobody floods a network because of a wrong address.",
  },
  processes: {
    listener({ fd, log }) {
      using socket = new UdpSocket(fd("socket"));
      return receiveText(log, "UDP", () => socket.receive());
    },
  },
  async run({ start, claim, unavailable, step, log }) {
    // Several sockets of one port: they must all agree to share it, and be bound to any address.
    const first = openUdp({ address: "0.0.0.0", shared: true });
    const { port } = first.address;
    const others = [1, 2].map(() => openUdp({ address: "0.0.0.0", port, shared: true }));
    const sockets = [first, ...others];
    const listeners = sockets.map((one, i) =>
      start("listener", { as: `listener ${i + 1}`, fds: { socket: one } }),
    );
    for (const listener of listeners) await listener.asleep({ in: "recv" });
    using sender = openUdp();
    const to = { address: EVERYBODY, port };
    step(`Three listeners at one port. A send to ${EVERYBODY}, first without SO_BROADCAST.`);
    const without = refusal(() => log.call("send", "UDP", () => sender.send(Buffer.from("x"), { to })));
    claim("anybody", without === "nothing", `without SO_BROADCAST: ${without}`);
    sender.allowBroadcast();
    const sent = refusal(() => sendText(log, "UDP", "to all", (bytes) => sender.send(bytes, { to })));
    if (sent !== "ENETUNREACH") {
      const got = await Promise.all(listeners.map((one) => one.result<string>()));
      claim(
        "all",
        got.every((text) => text === "to all"),
        `one send; ${got.filter((text) => text === "to all").length} of ${got.length} processes received it`,
      );
    } else {
      for (const one of listeners) one.kill("SIGKILL");
      unavailable(
        "all",
        `this network has no broadcast on loopback (${sent}): lo needs 127.0.0.1/8, as \`ip addr\` shows it`,
      );
    }
    for (const one of sockets) one.close();

    step("The same address, TCP.");
    const fd = socket("inet", "stream");
    const result = log.call("connect", "TCP", () => connectSocket(fd, { family: "inet", ...to }));
    close(fd);
    claim(
      "tcp",
      result === 0,
      `connect to ${EVERYBODY}: ${result === 0 ? "connected" : errnoSymbol(-result)}`,
    );
  },
});
