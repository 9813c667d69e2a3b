import { join } from "node:path";
import { makeFifo, openReadEnd, openReadEndNow, openWriteEnd, openWriteEndNow } from "@ipc-playground/fifos";
import { defineDemo } from "@ipc-playground/lab-kit";
import { processStat } from "@ipc-playground/libc";
import { decodeRequest, encodeRequest, REQUEST_BYTES, replyPath } from "../tickets.ts";

const ASKED = [3, 2];

export default defineDemo({
  name: "server",
  title: "One request FIFO, a reply FIFO for each client, and no common parent",
  claims: {
    strangers: {
      says: "Processes that share no parent can meet at a FIFO.",
      expect: "holds",
      source: "fifo(7)",
    },
    ownReply: {
      says: "With a reply FIFO for each client, every reply reaches the client that asked.",
      expect: "holds",
      source: "The Linux Programming Interface, 44.8",
    },
  },
  processes: {
    /** A ticket office: it alone knows which number is next. */
    server({ text, number, log }) {
      using office = makeFifo(text("office"));
      log.event("mkfifo", { object: "tickets" });
      using requests = openReadEndNow(office.path);
      using _keepAlive = openWriteEndNow(office.path);
      const buffer = new Uint8Array(REQUEST_BYTES);
      for (let next = 1, served = 0; served < number("clients"); served++) {
        log.call("read", "tickets", () => requests.readFully(buffer));
        const { client, tickets } = decodeRequest(buffer);
        using reply = openWriteEnd(replyPath(office.path, client));
        log.call("write", `tickets.${client}`, () => reply.write(Buffer.from(`${next}`)));
        next += tickets;
      }
    },
    client({ text, number, log }) {
      // The reply FIFO comes first: the server may be quicker than our next line.
      using own = makeFifo(replyPath(text("office"), process.pid));
      const name = `tickets.${process.pid}`;
      log.event("mkfifo", { object: name });
      using requests = openWriteEnd(text("office"));
      const request = encodeRequest({ client: process.pid, tickets: number("tickets") });
      log.call("write", "tickets", () => requests.write(request));
      using reply = openReadEnd(own.path);
      const buffer = Buffer.alloc(64);
      const result = log.call("read", name, () => reply.read(buffer));
      return Number(buffer.toString("utf8", 0, result.kind === "bytes" ? result.bytes : 0));
    },
  },
  async run({ start, scratch, claim, step }) {
    const office = join(scratch(), "tickets");
    step("Three processes, each started by a shell that is gone. All they share is a path.");
    const server = start("server", { unrelated: true, args: { office, clients: ASKED.length } });
    await server.asleep({ in: "read" });
    const clients = ASKED.map((tickets, i) =>
      start("client", { unrelated: true, as: `client ${i + 1}`, args: { office, tickets } }),
    );
    const parents = [server, ...clients].map(({ pid }) => processStat(pid)?.parentPid);
    const first = await Promise.all(clients.map((client) => client.result<number>()));
    await server.result();

    const strangers = parents.every((parent) => parent !== undefined && parent !== process.pid);
    claim(
      "strangers",
      strangers && first.every((number) => number > 0),
      `the parents of the three are ${[...new Set(parents)].map((pid) => `pid ${pid}`).join(" and ")}, ours is pid ${process.pid}; every client got a number`,
    );
    const drawn = first.flatMap((number, i) => Array.from({ length: ASKED[i] ?? 0 }, (_, k) => number + k));
    const all = drawn.toSorted((a, b) => a - b).join(", ");
    claim(
      "ownReply",
      all === "1, 2, 3, 4, 5",
      first.map((number, i) => `client ${i + 1} asked for ${ASKED[i]} and got ${number}`).join("; "),
    );
  },
});
