import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineDemo } from "@ipc-playground/lab-kit";
import { createSysvQueue, SysvQueue } from "@ipc-playground/message-queues";
import { msgrcv, msgsnd, textOf } from "./telling.ts";

const REQUEST = 1;
/** Bytes of a file in one message. */
const PIECE_BYTES = 1_000;
/** More than the queue holds, in bytes. */
const FILE_BYTES = 40_000;

export default defineDemo({
  name: "file-server",
  title: "A file server over typed messages",
  claims: {
    longer: {
      says: "A file can be served through a queue that could never hold it.",
      expect: "holds",
      source: "The Linux Programming Interface, 46.8",
    },
    private: {
      says: "A message that is addressed to a client by its type is safe from the other clients.",
      expect: "refuted",
      source: "msgrcv(2): read permission on the queue is all it takes",
    },
  },
  predict: {
    question: "A reply has the client's pid as its type. Can another process take it?",
    choices: ["No, the kernel compares pids", "Yes: a type is just a number", "Only as root"],
    answer: 1,
    because:
      "The kernel knows nothing of addresses. Permissions belong to the queue as a whole; a server that needs privacy gives each client a queue.",
  },
  processes: {
    server({ number, text, log }) {
      const queue = new SysvQueue(number("queue"));
      for (;;) {
        const request = msgrcv(log, queue, { type: REQUEST });
        if (request.kind !== "message") return;
        const [name = "", client] = textOf(request).split(" ");
        if (name === "stop") return;
        const bytes = readFileSync(join(text("folder"), name));
        log.call(`msgsnd ×${Math.ceil(bytes.length / PIECE_BYTES) + 1}`, queue.name, () => {
          for (let at = 0; at < bytes.length; at += PIECE_BYTES)
            queue.send(Number(client), bytes.subarray(at, at + PIECE_BYTES));
          // A message without bytes: the end of the file.
          queue.send(Number(client), new Uint8Array());
          return bytes.length;
        });
      }
    },
    client({ number, text, log }) {
      const queue = new SysvQueue(number("queue"));
      msgsnd(log, queue, REQUEST, `${text("name")} ${process.pid}`);
      const pieces: Uint8Array[] = [];
      return log.call("msgrcv", queue.name, () => {
        for (;;) {
          const piece = queue.receive({ type: process.pid });
          if (piece.kind !== "message" || piece.bytes.length === 0) break;
          pieces.push(piece.bytes);
        }
        return Buffer.concat(pieces).length;
      });
    },
    /** A client that sent nothing, and takes what is addressed to somebody else. */
    thief({ number, log }) {
      const reply = msgrcv(log, new SysvQueue(number("queue")), { type: number("victim"), noWait: true });
      return reply.kind === "message" ? textOf(reply) : null;
    },
  },
  async run({ start, own, claim, step, scratch }) {
    const queue = createSysvQueue(Number(own("sysv-msg")));
    const folder = scratch();
    writeFileSync(join(folder, "book"), "x".repeat(FILE_BYTES));
    const holds = queue.stat().maxBytes;
    step(
      `The book has ${FILE_BYTES} bytes and the queue holds ${holds}. The server sleeps whenever it is full.`,
    );
    const server = start("server", { args: { queue: queue.id, folder } });
    const bytes = await start("client", { args: { queue: queue.id, name: "book" } }).result<number>();
    claim(
      "longer",
      bytes === FILE_BYTES && holds < FILE_BYTES,
      `${bytes} of ${FILE_BYTES} bytes came through a queue of ${holds}`,
    );
    queue.send(REQUEST, Buffer.from("stop 0"));
    await server.result();

    step("A reply waits for a client (pid 4000000). A process of the same user takes it.");
    const victim = 4_000_000;
    queue.send(victim, Buffer.from("your password"));
    const stolen = await start("thief", { args: { queue: queue.id, victim } }).result<string | null>();
    claim(
      "private",
      stolen === null,
      stolen === null ? "it could not be taken" : `the thief read "${stolen}"`,
    );
  },
});
