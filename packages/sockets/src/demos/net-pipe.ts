import { once } from "node:events";
import { createWriteStream, readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { defineDemo } from "@ipc-playground/lab-kit";
import { HERE, portOf } from "./net-telling.ts";

const FIRST = "first part\n";
const SECOND = "second part\n";

export default defineDemo({
  name: "net-pipe",
  title: "pipe and unpipe: a socket into a file, and into another",
  claims: {
    thrown: {
      says: "After unpipe() the bytes that come are thrown away.",
      expect: "refuted",
      source: "Node.js, readable.unpipe: with nobody left to read, the stream is paused",
    },
    closes: {
      says: "pipe() closes the file when the socket has ended.",
      expect: "holds",
      source: "Node.js, readable.pipe, end: true",
    },
    closesBoth: {
      says: "unpipe() closes the file as well.",
      expect: "refuted",
      source: "Node.js, readable.unpipe",
    },
  },
  predict: {
    question: "A socket is piped into a file and then unpiped; the client sends more. Where is it?",
    choices: ["In the file all the same", "Nowhere: nobody took it", "It waits, for whoever reads next"],
    answer: 2,
    because: "A stream that nobody reads is paused. The bytes wait in its buffer and in the kernel.",
  },
  processes: {
    async server({ text, log }) {
      const server = createServer().listen(0, HERE);
      const [socket] = (await once(server, "connection")) as [Socket];
      server.close();
      const [one, two] = [text("one"), text("two")].map((path) => createWriteStream(path)) as [Out, Out];

      socket.pipe(one);
      log.event("pipe", { object: "first file" });
      while (one.bytesWritten < FIRST.length) await new Promise(setImmediate);
      socket.unpipe(one);
      log.event("unpipe", { object: "first file", result: `${one.bytesWritten} bytes are in it` });
      socket.write("go on");
      // Now there is something that nobody takes.
      while (socket.readableLength === 0) await new Promise(setImmediate);
      log.event("waiting", { result: `${socket.readableLength} bytes in the socket's own buffer` });

      socket.pipe(two);
      log.event("pipe", { object: "second file" });
      await once(two, "close");
      log.event("'close'", { object: "second file" });
      const left = { closed: one.closed || one.writableEnded, closedSecond: two.closed };
      one.end();
      return left;
    },
    async client({ number, log }) {
      const socket = connect(number("port"), HERE);
      log.event("write", { result: JSON.stringify(FIRST) });
      socket.write(FIRST);
      await once(socket, "data");
      log.event("write", { result: JSON.stringify(SECOND) });
      socket.end(SECOND);
      await once(socket, "close");
    },
  },
  async run({ start, claim, step, until, scratch }) {
    const folder = scratch();
    const [one, two] = [join(folder, "one.txt"), join(folder, "two.txt")];
    step("The server pipes the client into one file, unpipes, and pipes it into another.");
    const server = start("server", { args: { one, two } });
    const port = await until(() => portOf(server), { what: "the server to listen" });
    await start("client", { args: { port } }).result();
    const { closed, closedSecond } = await server.result<{ closed: boolean; closedSecond: boolean }>();
    const [first, second] = [one, two].map((path) => readFileSync(path, "utf8"));
    claim(
      "thrown",
      first !== FIRST || second !== SECOND,
      `the files hold ${JSON.stringify(first)} and ${JSON.stringify(second)}`,
    );
    claim("closes", closedSecond, `the second file is ${closedSecond ? "closed" : "open"}`);
    claim(
      "closesBoth",
      closed,
      `the first file is ${closed ? "closed" : "open"}: end() is the program's affair`,
    );
  },
});

type Out = ReturnType<typeof createWriteStream>;
