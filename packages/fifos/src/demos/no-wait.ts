import { join } from "node:path";
import { makeFifo, ReadEnd } from "@ipc-playground/fifos";
import { defineDemo } from "@ipc-playground/lab-kit";
import {
  close,
  errnoSymbol,
  O_NONBLOCK,
  O_RDONLY,
  O_WRONLY,
  open,
  POLLHUP,
  POLLIN,
  poll,
} from "@ipc-playground/libc";

export default defineDemo({
  name: "no-wait",
  title: "Opening without waiting: ENXIO for the writer, nothing for the reader",
  claims: {
    enxio: {
      says: "With O_NONBLOCK, opening a FIFO for writing fails with ENXIO while nobody has it open for reading.",
      expect: "holds",
      source: "fifo(7), open(2)",
    },
    both: {
      says: "With O_NONBLOCK, opening a FIFO for reading fails too while nobody has it open for writing.",
      expect: "refuted",
      source: "fifo(7): opening for read-only succeeds",
    },
    pollKnows: {
      says: "Whenever a read would return end-of-file, poll() says so.",
      expect: "refuted",
      source: "poll(2), POLLHUP; read(3p): 0 if no process has it open for writing",
    },
  },
  predict: {
    question: "O_NONBLOCK, and the other side is not there. What does open() do?",
    choices: [
      "It fails for reader and writer alike",
      "It fails for the writer and succeeds for the reader",
      "It succeeds for both",
    ],
    answer: 1,
    because:
      "A reader alone can only find nothing. A writer alone would write to nobody, and that is an error.",
  },
  processes: {},
  async run({ scratch, claim, log, step }) {
    using fifo = makeFifo(join(scratch(), "fifo"));
    /** What open(2) gives: a descriptor, or `-errno`. Nobody waits: O_NONBLOCK. */
    const opened = (how: string, flags: number) =>
      log.call(
        `open ${how}`,
        "fifo",
        () => ({ fd: open(fifo.path, flags | O_NONBLOCK) }),
        undefined,
        ({ fd }) => (fd < 0 ? { errno: errnoSymbol(-fd) } : { result: "at once" }),
      ).fd;
    /** What poll(2) and then read(2) say of the reader's end. */
    const look = (end: ReadEnd) => {
      const events = poll([{ fd: end.fd, events: POLLIN }], 0);
      const hangUp = typeof events === "object" && ((events[0] ?? 0) & POLLHUP) !== 0;
      log.event("poll", { object: "fifo", result: hangUp ? "POLLHUP" : "nothing" });
      const { kind } = log.call("read", "fifo", () => end.read(new Uint8Array(8)));
      return {
        endOfFile: kind === "end-of-file",
        hangUp,
        words: `read ${kind}, poll ${hangUp ? "POLLHUP" : "nothing"}`,
      };
    };

    step("First the writer, alone.");
    const alone = opened("O_WRONLY", O_WRONLY);
    claim("enxio", alone < 0 && errnoSymbol(-alone) === "ENXIO", `alone, the writer got ${said(alone)}`);

    step("Then the reader, alone. Poll and read do not agree about what it finds.");
    const readFd = opened("O_RDONLY", O_RDONLY);
    claim("both", readFd < 0, `alone, the reader got ${said(readFd)}`);
    using reader = new ReadEnd(readFd, fifo.path);
    const before = look(reader);

    step("Now that there is a reader, the same writer gets in. It leaves again without a word.");
    const writeFd = opened("O_WRONLY", O_WRONLY);
    log.call("close", "fifo", () => ({ kind: "", returned: close(writeFd) }));
    const after = look(reader);
    const agree = [before, after].every(({ endOfFile, hangUp }) => endOfFile === hangUp);
    claim("pollKnows", agree, `no writer yet: ${before.words}; the writer gone: ${after.words}`);
  },
});

function said(fd: number): string {
  return fd < 0 ? errnoSymbol(-fd) : `fd ${fd}, at once`;
}
