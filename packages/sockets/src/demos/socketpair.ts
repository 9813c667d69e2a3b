import { defineDemo } from "@ipc-playground/lab-kit";
import { UnixSocket, unixSocketPair } from "@ipc-playground/sockets";
import { receiveText, sendText } from "./messages-telling.ts";

export default defineDemo({
  name: "socketpair",
  title: "A pair of sockets: both directions between parent and child, and no name",
  claims: {
    both: {
      says: "A parent and its child need two pipes, or one pair of sockets, to talk both ways.",
      expect: "holds",
      source: "socketpair(2)",
    },
    echo: {
      says: "Whoever has an end reads back what it wrote there itself.",
      expect: "refuted",
      source: "unix(7): what goes in at one end comes out at the other",
    },
    name: {
      says: "Every socket has an address.",
      expect: "refuted",
      source: "unix(7), unnamed",
    },
    last: {
      says: "When the child exits, the parent's receive() returns the end.",
      expect: "refuted",
      source: "unix(7), pipe(7): when the last copy of the child's end is closed; the parent has one too",
    },
  },
  predict: {
    question:
      "A parent makes a pair, starts a child with one end and keeps both. The child exits. What does the parent's recv() do?",
    choices: ["Returns 0, the end", "Sleeps", "Fails with ECONNRESET"],
    answer: 1,
    because: "The parent still has a copy of the child's end. It would be waiting for itself.",
  },
  processes: {
    child({ fd, log }) {
      using socket = new UnixSocket(fd("socket"), "stream");
      const question = receiveText(log, "pair", () => socket.receive());
      sendText(log, "pair", `${question.length} letters`, (bytes) => socket.send(bytes));
    },
  },
  async run({ start, claim, step, log }) {
    const [ours, theirs] = unixSocketPair();
    step("One pair, one end for the child. A question goes one way, its answer the other.");
    sendText(log, "pair", "how long?", (bytes) => ours.send(bytes));
    // Nobody else reads yet: what the parent wrote would be there for it.
    const own = receiveKind(ours);
    const child = start("child", { fds: { socket: theirs } });
    const answer = receiveText(log, "pair", () => ours.receive({ withinMs: 10_000 }));
    claim("echo", own === "message", `right after its send, the parent's own recv said ${own}`);
    claim("both", answer === "9 letters", `through the same pair the answer "${answer}" came back`);
    const names = [ours.path, theirs.path, ours.peerPath];
    log.event("getsockname", {
      object: "pair",
      result: `"${names[0]}"`,
      note: "Who did not inherit an end, or was sent one, cannot get to it.",
    });
    claim(
      "name",
      names.every((name) => name !== ""),
      `getsockname and getpeername gave "${names.join('", "')}"`,
    );

    step("The child exits. The parent still has a copy of the child's end.");
    await child.result();
    const before = receiveKind(ours);
    theirs.close();
    const after = receiveKind(ours);
    log.event("recv", { object: "pair", result: `${before}; after closing the copy: ${after}` });
    claim("last", before === "end", `the child was gone: ${before}. The parent closed its copy: ${after}`);
    ours.close();
  },
});

function receiveKind(socket: UnixSocket): string {
  return socket.receive({ withinMs: 0 }).kind;
}
