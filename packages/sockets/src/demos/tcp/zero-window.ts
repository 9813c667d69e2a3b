import { defineDemo } from "@ipc-playground/lab-kit";
import * as libc from "@ipc-playground/libc";
import { Gate } from "./gate.ts";
import { Scene } from "./scene.ts";
import { accept, connected, passGate } from "./telling.ts";

/** Asked for on both sides, so that little is enough to fill them. */
const BUFFER_BYTES = 16_384;
const TOTAL_BYTES = 131_072;
const count = (bytes: number) => bytes.toLocaleString("en-US");

export default defineDemo({
  name: "zero-window",
  title: "A receiver that does not read",
  claims: {
    window: {
      says: "A receiver without room says so: it announces a window of 0.",
      expect: "holds",
      source: "RFC 9293, section 3.8.6",
    },
    silent: {
      says: "Then the sender is silent until it is told that there is room again.",
      expect: "refuted",
      source: "RFC 9293, section 3.8.6.1: it probes, lest a lost announcement stop both for ever",
    },
    lost: {
      says: "What the receiver does not read in time is lost.",
      expect: "refuted",
      source: "RFC 9293, section 3.8.6: the sender waits; send(2) sleeps",
    },
  },
  processes: {
    client({ number, log }) {
      const socket = connected(log, number("port"), [["SO_SNDBUF", BUFFER_BYTES]]);
      return log.call("send", "128 KiB", () => sendAll(socket));
    },
    server({ fd, log }) {
      const socket = accept(log, fd("listener"));
      passGate(fd("read"));
      return log.call("recv", "all of it", () => receiveAll(socket));
    },
  },
  async run({ start, claim, unavailable, step, until, log }) {
    using scene = new Scene(log, { receiveBuffer: BUFFER_BYTES });
    using read = new Gate();
    step(`The client sends ${count(TOTAL_BYTES)} bytes. The server does not read.`);
    const client = start("client", { args: { port: scene.port } });
    const server = start("server", { fds: { listener: scene.listener, read: read.fd } });
    scene.cast(client, server);
    await until(() => scene.ends().client?.timer === "persist", {
      what: () => `a probe; ${scene.ends().client?.timer}`,
    });
    const asleep = client.whereabouts().split(" on ")[0];
    const { client: sender, server: receiver } = scene.ends();
    scene.look();
    claim(
      "silent",
      sender?.timer === "none",
      `the client is ${asleep}; ${count(sender?.sendQueue ?? 0)} bytes wait there, and its timer is "${sender?.timer}"`,
    );
    scene.judge("window", { claim, unavailable }, (segments) => {
      const announced = segments.filter(({ packet }) => packet.tcp.sourcePort === scene.port).at(-1);
      return [
        announced?.packet.tcp.window === 0,
        `${announced?.name} with window ${announced?.packet.tcp.window}; ${count(receiver?.receiveQueue ?? 0)} bytes wait to be read`,
      ];
    });
    step("Now it reads.");
    read.open();
    const [sent, got] = await Promise.all([client.result<number>(), server.result<number>()]);
    claim("lost", got !== sent, `${count(sent)} bytes were sent, ${count(got)} received`);
  },
});

function sendAll(socket: number): number {
  const bytes = new Uint8Array(TOTAL_BYTES);
  for (let sent = 0; sent < bytes.length; ) {
    const taken = libc.send(socket, bytes.subarray(sent));
    if (taken < 0) return taken;
    sent += taken;
  }
  return bytes.length;
}

function receiveAll(socket: number): number {
  const buffer = new Uint8Array(65_536);
  for (let bytes = 0; ; ) {
    const got = libc.recv(socket, buffer);
    if (got <= 0) return bytes;
    bytes += got;
    if (bytes === TOTAL_BYTES) return bytes;
  }
}
