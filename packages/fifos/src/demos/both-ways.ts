import { join } from "node:path";
import { makeFifo, openReadEnd, openWriteEndWithin } from "@ipc-playground/fifos";
import { defineDemo, type Log } from "@ipc-playground/lab-kit";
import { O_NONBLOCK, O_RDWR, open, read, write } from "@ipc-playground/libc";

export default defineDemo({
  name: "both-ways",
  title: "O_RDWR: allowed on Linux, and no conversation",
  claims: {
    halfDuplex: {
      says: "A FIFO is half-duplex: a process opens it for reading or for writing, never for both.",
      expect: "refuted",
      source: "fifo(7): Linux lets O_RDWR succeed; POSIX leaves it undefined",
    },
    conversation: {
      says: "Two processes that both open a FIFO for reading and writing can talk both ways.",
      expect: "refuted",
      source: "fifo(7), pipe(7): there is one queue of bytes",
    },
  },
  predict: {
    question:
      'Left and right both have the FIFO open with O_RDWR. Left writes "question", then reads. What does it get?',
    choices: ["The answer, when right writes it", '"question"', "EBADF"],
    answer: 1,
    because:
      "There is one queue, and it does not know who put something in. Left takes its own bytes out again.",
  },
  processes: {
    left({ text, log }) {
      const fd = openForBoth(text("path"), log);
      log.call("write", "fifo", () => write(fd, Buffer.from("question")));
      const buffer = Buffer.alloc(64);
      const bytes = log.call("read", "fifo", () => read(fd, buffer), "Its own question, taken out again.");
      return { opened: fd >= 0, heard: buffer.toString("utf8", 0, Math.max(0, bytes)) };
    },
    right({ text, log }) {
      const fd = openForBoth(text("path"), log);
      log.event("wait", { result: "for its turn" });
      openReadEnd(text("turn")).close();
      return { opened: fd >= 0, found: log.call("read", "fifo", () => read(fd, new Uint8Array(64))) };
    },
  },
  async run({ start, scratch, claim, step }) {
    const folder = scratch();
    using fifo = makeFifo(join(folder, "fifo"));
    using turn = makeFifo(join(folder, "turn"));
    const args = { path: fifo.path, turn: turn.path };

    step("Both open the one FIFO for both. Nobody is there yet, and nobody waits.");
    const right = start("right", { args });
    await right.said("wait");
    const left = start("left", { args });
    const { heard, ...first } = await left.result<{ opened: boolean; heard: string }>();

    step("Right's turn to hear the question.");
    using _go = await openWriteEndWithin(turn.path, 10_000);
    const { found, ...second } = await right.result<{ opened: boolean; found: number }>();
    const opened = [first, second].filter(({ opened }) => opened).length;
    claim(
      "halfDuplex",
      opened < 2,
      `open with O_RDWR succeeded in ${opened} of 2 processes, and waited for nobody`,
    );
    claim(
      "conversation",
      heard !== "question" && found > 0,
      `left wrote "question" and read "${heard}" back; right found ${found < 0 ? "nothing (EAGAIN)" : `${found} bytes`}`,
    );
  },
});

/** A descriptor, or `-errno`. */
function openForBoth(path: string, log: Log): number {
  return log.call("open O_RDWR", "fifo", () => ({ kind: "at once", fd: open(path, O_RDWR | O_NONBLOCK) })).fd;
}
