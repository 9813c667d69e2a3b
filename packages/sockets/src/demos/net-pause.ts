import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { defineDemo } from "@ipc-playground/lab-kit";
import { HERE, portOf, socketLines } from "./net-telling.ts";

/** More than the kernel keeps for both ends of a connection together, in bytes. */
const TOTAL_BYTES = 32 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;

export default defineDemo({
  name: "net-pause",
  title: "pause and resume: where the bytes wait",
  claims: {
    lost: {
      says: "What comes while a socket is paused is lost.",
      expect: "refuted",
      source: "Node.js, socket.pause; RFC 9293, 3.8.6: the window",
    },
    stops: {
      says: "pause() stops the sender at once.",
      expect: "refuted",
      source: "tcp(7), tcp_rmem and tcp_wmem: it stops when both buffers are full",
    },
    atAll: {
      says: "pause() stops the sender at last: the receiver's window closes.",
      expect: "holds",
      source: "RFC 9293, 3.8.6.1: probes of a window of 0",
    },
  },
  predict: {
    question: "A receiver pauses for an hour. The sender has 32 MiB. What happens?",
    choices: [
      "They are lost",
      "Some MB wait in the two kernels, the rest in the sender",
      "They wait in the receiver's memory",
    ],
    answer: 1,
    because:
      "Who does not read lets its kernel's buffer fill; the window becomes 0, and then the sender's kernel fills too. After that write() keeps the bytes in the sender's program.",
  },
  processes: {
    /** Pauses at once, resumes when it gets SIGUSR2, and counts. */
    async receiver({ log }) {
      const server = createServer({ pauseOnConnect: true }).listen(0, HERE);
      const [socket] = (await once(server, "connection")) as [Socket];
      let early = 0;
      process.once("SIGUSR2", () => {
        early = bytes;
        log.event("resume", { result: `${early} bytes were read before` });
        socket.resume();
      });
      log.event("pause");
      let bytes = 0;
      socket.on("data", (data) => {
        bytes += data.length;
      });
      socket.pause();
      await once(socket, "close");
      // Not earlier: a paused socket does not keep its process alive, a server does.
      server.close();
      log.event("'end'", { result: `after ${bytes} bytes` });
      return { bytes, early };
    },
    async sender({ number, log }) {
      const socket = connect(number("port"), HERE);
      await once(socket, "connect");
      log.event("write", { bytes: TOTAL_BYTES });
      for (let sent = 0; sent < TOTAL_BYTES; sent += CHUNK_BYTES) socket.write(Buffer.alloc(CHUNK_BYTES));
      socket.end().resume();
      await once(socket, "close");
    },
  },
  async run({ start, claim, step, until, log }) {
    step(`The receiver is paused. The sender writes ${TOTAL_BYTES / 1024 / 1024} MiB.`);
    const receiver = start("receiver");
    const port = await until(() => portOf(receiver), { what: "the receiver to listen" });
    const sender = start("sender", { args: { port } });
    await receiver.said("pause");
    // The kernel's own word for it: a timer that asks again whether the window is still 0.
    const stuck = await until(() => lineOf(sender, port, "persist"), { what: "the sender's window to be 0" });
    const unread = lineOf(receiver, port)?.receiveQueue ?? 0;
    const held = unread + stuck.sendQueue;
    log.event("/proc/net/tcp", {
      result: `sender ${stuck.sendQueue}, receiver ${unread} bytes, timer ${stuck.timer}`,
    });
    claim("stops", held < CHUNK_BYTES, `${held} bytes left the sender's program after the pause`);
    step("SIGUSR2: the receiver resumes.");
    receiver.kill("SIGUSR2");
    const { bytes, early } = await receiver.result<{ bytes: number; early: number }>();
    await sender.result();
    claim(
      "atAll",
      early === 0 && held < TOTAL_BYTES,
      `the window was 0 with ${TOTAL_BYTES - held} bytes to go, until the receiver resumed`,
    );
    claim("lost", bytes < TOTAL_BYTES, `${bytes} of ${TOTAL_BYTES} bytes came`);
  },
});

/** The line of a process's end of the connection, if its timer is that. */
function lineOf(owner: { pid: number }, port: number, timer?: string) {
  return socketLines(owner).find(
    (line) =>
      line.state !== "LISTEN" &&
      (line.localPort === port || line.remotePort === port) &&
      (timer === undefined || line.timer === timer),
  );
}
