import { defineDemo } from "@ipc-playground/lab-kit";
import { connectUnix, listenUnix, UnixSocket } from "@ipc-playground/sockets";
import { sendText, textOf } from "./messages-telling.ts";

interface Seen {
  peer: number;
  sender: number | undefined;
  uid: number | undefined;
  said: string;
}

export default defineDemo({
  name: "credentials",
  title: "Who is at the other end? Ask the kernel",
  claims: {
    asked: {
      says: "A server knows of a client only what the client says of itself.",
      expect: "refuted",
      source: "unix(7), SO_PEERCRED: the kernel says pid, user and group",
    },
    now: {
      says: "SO_PEERCRED names the process that is using the other end now.",
      expect: "refuted",
      source: "unix(7): the one that called connect, as it was then",
    },
    message: {
      says: "Credentials that come with a message name the process that sent it.",
      expect: "holds",
      source: "unix(7), SCM_CREDENTIALS, SO_PASSCRED",
    },
  },
  predict: {
    question:
      "A process connects and hands the socket to another one, which sends. Whom does SO_PEERCRED name?",
    choices: ["The one that connected", "The one that sent", "Both"],
    answer: 0,
    because:
      "SO_PEERCRED was noted down at connect. Who sends a message is noted in the message, for those who ask.",
  },
  processes: {
    server({ text, log }) {
      using listener = listenUnix(text("path"), { type: "seqpacket" });
      log.event("listen", { object: "socket" });
      const peer = listener.accept();
      if (!(peer instanceof UnixSocket)) throw new Error(peer.kind);
      peer.askForCredentials();
      sendText(log, "socket", "who are you?", (bytes) => peer.send(bytes));
      const { pid } = peer.peerCredentials();
      log.event("getsockopt SO_PEERCRED", { object: "socket", result: `pid ${pid}` });
      const got = log.call(
        "recvmsg",
        "socket",
        () => peer.receiveWithDescriptors(),
        undefined,
        (message) =>
          message.kind === "message"
            ? {
                result: `"${textOf(message)}", from pid ${message.credentials?.pid}`,
                flow: [`socket ${textOf(message)}`],
              }
            : {},
      );
      peer.close();
      if (got.kind !== "message") throw new Error(got.kind);
      const { credentials } = got;
      return { peer: pid, sender: credentials?.pid, uid: credentials?.uid, said: textOf(got) } satisfies Seen;
    },
    /** Inherits a connection that another one made, and lies. */
    heir({ fd, log }) {
      using socket = new UnixSocket(fd("socket"), "seqpacket");
      const got = socket.receive();
      if (got.kind !== "message") throw new Error(got.kind);
      sendText(log, "socket", "I am pid 1", (bytes) => socket.send(bytes));
    },
  },
  async run({ start, scratch, claim, step }) {
    const path = `${scratch()}/socket`;
    const server = start("server", { args: { path } });
    await server.said("listen");
    step(
      "The director connects, and hands the connection to another process. That one says who it is, and lies.",
    );
    const socket = connectUnix(path, { type: "seqpacket" });
    const heir = start("heir", { fds: { socket } });
    socket.close();
    const seen = await server.result<Seen>();
    await heir.result();
    const uid = process.getuid?.();
    claim(
      "asked",
      seen.sender === undefined,
      `it said "${seen.said}"; the kernel says pid ${seen.sender}, uid ${seen.uid === uid ? uid : `${seen.uid} instead of ${uid}`}`,
    );
    claim(
      "now",
      seen.peer === heir.pid,
      `SO_PEERCRED: ${nameOf(seen.peer)}; the message came from ${nameOf(seen.sender)}`,
    );
    claim("message", seen.sender === heir.pid, `SCM_CREDENTIALS: ${nameOf(seen.sender)}`);

    function nameOf(pid: number | undefined): string {
      if (pid === process.pid) return "the director, who connected";
      return pid === heir.pid ? "the heir" : `pid ${pid}`;
    }
  },
});
