import { defineDemo } from "@ipc-playground/lab-kit";
import { close, descriptorTarget, pipe2, read, write } from "@ipc-playground/libc";
import { connectUnix, listenUnix, UnixSocket } from "@ipc-playground/sockets";
import { receiveText, sendText, textOf } from "./messages-telling.ts";

export default defineDemo({
  name: "fd-passing",
  title: "A pipe's end, handed to a stranger who never opened it",
  claims: {
    open: {
      says: "A process can use only files that it opened or inherited.",
      expect: "refuted",
      source: "unix(7), SCM_RIGHTS",
    },
    number: {
      says: "A descriptor is a number, so it is enough to send the number.",
      expect: "refuted",
      source: "open(2): an index into a table that each process has of its own",
    },
    close: {
      says: "When the sender closes its descriptor, the receiver's is closed as well.",
      expect: "refuted",
      source: "unix(7), dup(2): it is a duplicate",
    },
  },
  predict: {
    question:
      "The sender sends a descriptor and closes it at once, before anybody received it. What does the receiver get?",
    choices: ["An error, EBADF", "A closed descriptor", "A descriptor that works"],
    answer: 2,
    because: "The message itself holds the open file from the moment it is sent.",
  },
  processes: {
    stranger({ text, log }) {
      using server = connectUnix(text("path"));
      const number = Number(receiveText(log, "socket", () => server.receive()));
      const target = descriptorTarget(process.pid, number);
      log.event("look", {
        object: `fd ${number}`,
        result: target?.replace(/\d{2,}/, "…") ?? "not open here",
      });
      sendText(log, "socket", "looked", (bytes) => server.send(bytes));
      const got = log.call(
        "recvmsg",
        "socket",
        () => server.receiveWithDescriptors(),
        undefined,
        (message) =>
          message.kind === "message"
            ? { result: `fd ${message.descriptors[0]?.fd}`, flow: ["socket SCM_RIGHTS"] }
            : {},
      );
      if (got.kind !== "message") throw new Error(got.kind);
      using message = got;
      const [end] = message.descriptors;
      if (end === undefined) throw new Error(`"${textOf(message)}" came without a descriptor`);
      log.call("write", "pipe", () => write(end.fd, Buffer.from("written by a stranger")));
      return { target, received: descriptorTarget(process.pid, end.fd) };
    },
  },
  async run({ start, scratch, claim, step, log }) {
    using listener = listenUnix(`${scratch()}/socket`);
    const pipe = pipe2();
    if (typeof pipe === "number") throw new Error(`pipe2: errno ${-pipe}`);
    const [readEnd, writeEnd] = pipe;
    const ours = descriptorTarget(process.pid, writeEnd);

    step("A process that nobody here started connects. It is told the number of the pipe's write end.");
    const stranger = start("stranger", { unrelated: true, args: { path: listener.path } });
    const peer = listener.accept({ withinMs: 10_000 });
    if (!(peer instanceof UnixSocket)) throw new Error(peer.kind);
    sendText(log, "socket", `${writeEnd}`, (bytes) => peer.send(bytes));
    receiveText(log, "socket", () => peer.receive({ withinMs: 10_000 }));

    step("Now the descriptor itself, and the sender closes its own before the other one has looked.");
    log.call(
      "sendmsg",
      "socket",
      () => peer.sendDescriptors(Buffer.from("x"), [writeEnd]),
      undefined,
      () => ({
        result: `fd ${writeEnd}`,
        flow: ["socket SCM_RIGHTS"],
      }),
    );
    close(writeEnd);
    const { target, received } = await stranger.result<{ target: string | null; received: string }>();
    const buffer = new Uint8Array(64);
    const bytes = log.call("read", "pipe", () => read(readEnd, buffer));
    const text = Buffer.from(buffer.subarray(0, Math.max(0, bytes))).toString();
    const end = read(readEnd, buffer);
    close(readEnd);
    peer.close();
    claim(
      "number",
      target === ours,
      `fd ${writeEnd} is the pipe here; there it is ${target === null ? "not open" : "something else"}`,
    );
    claim(
      "open",
      text === "" || received !== ours,
      `the stranger wrote "${text}" into a pipe that it never opened`,
    );
    claim(
      "close",
      text === "",
      `closed here, and ${bytes} bytes still came through the other one; end-of-file (${end}) when that was closed too`,
    );
  },
});
