import { defineDemo } from "@ipc-playground/lab-kit";
import { write } from "@ipc-playground/libc";
import { openPipe, ReadEnd, WriteEnd } from "@ipc-playground/pipes";

const text = (bytes: Uint8Array, length: number) => Buffer.from(bytes.subarray(0, length)).toString();

export default defineDemo({
  name: "one-way",
  title: "Bytes go one way; a conversation takes two pipes",
  claims: {
    oneWay: {
      says: "A pipe carries bytes in one direction only.",
      expect: "holds",
      source: "pipe(7): on Linux; POSIX allows both ways, and some systems do that",
    },
    emptySleeps: {
      says: "A read from an empty pipe sleeps until somebody writes.",
      expect: "holds",
      source: "pipe(7)",
    },
  },
  predict: {
    question: "The server reads from a pipe that holds nothing yet. What does read() do?",
    choices: ["It returns 0 bytes", "It fails with an error", "It sleeps until there is something"],
    answer: 2,
    because: "0 would mean end-of-file, and nothing is wrong: while a writer exists, more may come.",
  },
  processes: {
    client({ fd, log }) {
      using requests = new WriteEnd(fd("requests"));
      using replies = new ReadEnd(fd("replies"));
      const buffer = new Uint8Array(64);
      log.call("write", requests.name, () => requests.write(Buffer.from("ping")));
      const reply = log.call("read", replies.name, () => replies.read(buffer));
      return text(buffer, reply.kind === "bytes" ? reply.bytes : 0);
    },
    server({ fd, log }) {
      using requests = new ReadEnd(fd("requests"));
      using replies = new WriteEnd(fd("replies"));
      const buffer = new Uint8Array(64);
      const request = log.call("read", requests.name, () => requests.read(buffer));
      const asked = text(buffer, request.kind === "bytes" ? request.bytes : 0);
      log.call("write", replies.name, () => replies.write(Buffer.from(`${asked} pong`)));
    },
  },
  async run({ start, claim, step, log }) {
    using requests = openPipe();
    using replies = openPipe();

    step("The wrong way round: writing to a read end.");
    const refused = log.call("write", requests.readEnd.name, () =>
      write(requests.readEnd.fd, Buffer.from("x")),
    );
    claim("oneWay", refused < 0, `write to the read end: ${refused < 0 ? "EBADF" : `took ${refused} byte`}`);

    step("So there is one pipe for requests and one for replies. The server comes first and finds nothing.");
    const server = start("server", { fds: { requests: requests.readEnd, replies: replies.writeEnd } });
    await server.asleep({ in: "read" });
    const client = start("client", { fds: { requests: requests.writeEnd, replies: replies.readEnd } });
    const answer = await client.result<string>();
    await server.result();
    claim("emptySleeps", answer === "ping pong", `the server slept in read, and then answered "${answer}"`);
  },
});
