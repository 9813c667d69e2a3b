import { defineDemo } from "@ipc-playground/lab-kit";
import { capacity, openPipe, ReadEnd, WriteEnd } from "@ipc-playground/pipes";

/** How much the non-blocking writer leaves free before it tries a longer write, in bytes: 2 pages. */
const ROOM = 8_192;

export default defineDemo({
  name: "full",
  title: "A full pipe: sleep, or be told",
  claims: {
    fullSleeps: {
      says: "A write to a full pipe sleeps until a reader makes room.",
      expect: "holds",
      source: "pipe(7)",
    },
    discards: {
      says: "A non-blocking write to a full pipe discards the data.",
      expect: "refuted",
      source: "pipe(7), O_NONBLOCK: EAGAIN",
    },
    partial: {
      says: "A non-blocking write may take a part of what it was given.",
      expect: "holds",
      source: "pipe(7): only of more than PIPE_BUF bytes",
    },
  },
  predict: {
    question: "A pipe is full, and its write end is non-blocking. What becomes of the next byte?",
    choices: [
      "The kernel drops it",
      "The oldest byte in the pipe makes way for it",
      "The writer keeps it, and is told so",
    ],
    answer: 2,
    because: "write() fails with EAGAIN, and nothing has happened: the byte is still in the writer's buffer.",
  },
  processes: {
    writer({ fd, number, log }) {
      using output = new WriteEnd(fd("out"));
      const page = new Uint8Array(4_096);
      for (let left = number("bytes"); left > 0; left -= page.length) {
        log.call("write", output.name, () => output.write(page));
      }
    },
    reader({ fd, log }) {
      using input = new ReadEnd(fd("in"));
      log.call("read", input.name, () => input.read(new Uint8Array(4_096)));
    },
  },
  async run({ start, claim, step, log }) {
    {
      using pipe = openPipe();
      const size = capacity(pipe.writeEnd);
      step(`The pipe holds ${size} bytes. The writer has 4096 more than that.`);
      const writer = start("writer", { fds: { out: pipe.writeEnd }, args: { bytes: size + 4_096 } });
      await writer.asleep({ in: "write" });
      const where = writer.whereabouts();
      await start("reader", { fds: { in: pipe.readEnd } }).result();
      await writer.result();
      claim(
        "fullSleeps",
        /asleep in write/.test(where),
        `after ${size} bytes the writer was ${where}; one read of 4096 woke it`,
      );
    }

    step("The same with O_NONBLOCK, written and counted by one process.");
    using pipe = openPipe({ nonBlocking: true });
    const { readEnd, writeEnd } = pipe;
    const filled = fill(writeEnd, capacity(writeEnd) - ROOM);
    const long = log.call(
      "write",
      writeEnd.name,
      () => writeEnd.write(new Uint8Array(ROOM + 4_096)),
      `Asked for ${ROOM + 4_096} bytes with room for ${ROOM}.`,
    );
    const taken = long.kind === "written" ? long.bytes : 0;
    claim("partial", taken > 0 && taken < ROOM + 4_096, `of ${ROOM + 4_096} bytes ${taken} were taken`);

    const refused = log.call("write", writeEnd.name, () => writeEnd.write(Buffer.from("z")));
    const found = drain(readEnd);
    const lost =
      refused.kind !== "would-block" || found.total !== filled + taken || found.last === "z".charCodeAt(0);
    claim(
      "discards",
      lost,
      `the byte was refused with EAGAIN; then ${found.total} of ${filled + taken} bytes came out`,
    );
  },
});

/** Write that many bytes, a page at a time. */
function fill(end: WriteEnd, bytes: number): number {
  const page = new Uint8Array(4_096);
  let done = 0;
  while (done < bytes) {
    const result = end.write(page);
    if (result.kind === "would-block") break;
    done += result.bytes;
  }
  return done;
}

function drain(end: ReadEnd): { total: number; last: number } {
  const buffer = new Uint8Array(65_536);
  let total = 0;
  let last = 0;
  for (;;) {
    const result = end.read(buffer);
    if (result.kind !== "bytes") return { total, last };
    total += result.bytes;
    last = buffer[result.bytes - 1] as number;
  }
}
