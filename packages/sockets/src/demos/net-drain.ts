import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { defineDemo } from "@ipc-playground/lab-kit";
import { processStat } from "@ipc-playground/libc";
import { HERE, portOf } from "./net-telling.ts";

const CHUNK_BYTES = 64 * 1024;
/** 16 MiB: more than the kernel keeps for a connection. */
const CHUNKS = 256;

type Counts = { refusals: number; most: number; mark: number };

export default defineDemo({
  name: "net-drain",
  title: "write() returns false, and 'drain' follows",
  claims: {
    taken: {
      says: "When write() returns false, it has not taken the data.",
      expect: "refuted",
      source: "Node.js, writable.write: advice to wait; the chunk is queued",
    },
    slowed: {
      says: "A writer is slowed down to the pace of its peer.",
      expect: "refuted",
      source: "Node.js, Backpressuring in Streams: only who waits for 'drain' is",
    },
    bounded: {
      says: "Who waits for 'drain' never has more than a chunk and the high-water mark in memory.",
      expect: "holds",
      source: "Node.js, Backpressuring in Streams",
    },
  },
  predict: {
    question: "A program ignores what write() returns. Its peer is slow. What does it lose?",
    choices: ["The bytes for which write() returned false", "Nothing but memory", "The connection"],
    answer: 1,
    because: "Every chunk is queued in the process, without a limit, until the peer takes it or memory ends.",
  },
  processes: {
    async server({ log }) {
      const server = createServer().listen(0, HERE);
      const [socket] = (await once(server, "connection")) as [Socket];
      server.close();
      let bytes = 0;
      for await (const data of socket) bytes += data.length;
      log.event("'end'", { result: `after ${bytes} bytes` });
      return bytes;
    },
    async client({ number, text, log }) {
      const socket = connect(number("port"), HERE);
      await once(socket, "connect");
      const waits = text("waits") === "yes";
      const counts = { refusals: 0, most: 0, mark: socket.writableHighWaterMark };
      for (let i = 0; i < CHUNKS; i++) {
        const more = socket.write(new Uint8Array(CHUNK_BYTES));
        counts.most = Math.max(counts.most, socket.writableLength);
        if (more) continue;
        counts.refusals++;
        if (counts.refusals === 1) log.event("write", { result: `false, after ${i + 1} × 64 KiB` });
        if (!waits) continue;
        // Nobody reads yet, and the director should know when that is felt.
        if (socket.writableLength > 0)
          log.event("waits for 'drain'", { result: `${socket.writableLength} B queued` });
        await once(socket, "drain");
      }
      if (!waits) log.event("wrote on", { result: `${socket.writableLength} B queued` });
      socket.end().resume();
      await once(socket, "close");
      return counts;
    },
  },
  async run({ start, claim, step, until }) {
    const results: { counts: Counts; bytes: number }[] = [];
    for (const waits of ["no", "yes"] as const) {
      step(
        waits === "no"
          ? "A writer that does not look at false, to a server that is stopped."
          : "One that waits.",
      );
      const server = start("server", { as: `server ${results.length + 1}` });
      const port = await until(() => portOf(server), { what: "the server to listen" });
      server.kill("SIGSTOP");
      await until(() => processStat(server.pid)?.state === "T", { what: "the server to be stopped" });
      const client = start("client", { as: waits === "no" ? "rash" : "patient", args: { port, waits } });
      await client.said(waits === "no" ? "wrote on" : "waits for 'drain'");
      server.kill("SIGCONT");
      results.push({ counts: await client.result<Counts>(), bytes: await server.result<number>() });
    }
    const [rash, patient] = results as [(typeof results)[0], (typeof results)[0]];
    const { counts } = rash;
    claim(
      "taken",
      rash.bytes < CHUNKS * CHUNK_BYTES,
      `false ${counts.refusals} times, and all ${rash.bytes} bytes arrived`,
    );
    const limit = CHUNK_BYTES + patient.counts.mark;
    claim("slowed", counts.most <= limit, `its peer stood still, and it queued ${counts.most} bytes more`);
    const most = patient.counts.most;
    claim("bounded", most <= limit, `never more than ${most} bytes were queued`);
  },
});
