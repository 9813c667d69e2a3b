import { defineDemo } from "@ipc-playground/lab-kit";
import { openPipe, PIPE_BUF_BYTES, ReadEnd, WriteEnd } from "@ipc-playground/pipes";

const WRITERS = 3;
const BLOCKS = 400;
/** Longer than PIPE_BUF, and together more than the pipe holds: every writer has to wait in the middle. */
const LONG_BYTES = 96 * 1_024;

export default defineDemo({
  name: "atomic",
  title: "Short writes stay whole, long ones may be torn",
  claims: {
    shortWhole: {
      says: "Writes of up to PIPE_BUF bytes (4096 on Linux) never interleave with other writers' bytes.",
      expect: "holds",
      source: "pipe(7), PIPE_BUF; POSIX promises it for 512",
    },
    longTorn: {
      says: "Longer writes may interleave.",
      expect: "holds",
      source: "pipe(7)",
    },
  },
  predict: {
    question: "Two processes each write 96 KiB to one pipe with a single write(). What does the reader find?",
    choices: ["All of one, then all of the other", "Pieces of both, mixed", "An error in one of the writers"],
    answer: 1,
    because: "96 KiB is more than the pipe holds. Whoever has to wait for room lets the other one in.",
  },
  processes: {
    writer({ fd, number, log }) {
      using output = new WriteEnd(fd("out"));
      const block = new Uint8Array(number("size")).fill(number("tag"));
      const blocks = number("blocks");
      if (blocks === 1) {
        log.call("write", output.name, () => output.write(block));
        return;
      }
      log.call(`${blocks} writes`, output.name, () => {
        for (let i = 0; i < blocks; i++) output.writeFully(block);
        return blocks * block.length;
      });
    },
    /** Counts blocks that are not all of one writer's bytes. */
    reader({ fd, number, log }) {
      using input = new ReadEnd(fd("in"));
      return log.call("reads to the end", input.name, () => {
        const block = new Uint8Array(number("size"));
        let torn = 0;
        let blocks = 0;
        while (readInPages(input, block) === block.length) {
          blocks++;
          if (block.some((byte) => byte !== block[0])) torn++;
        }
        return { kind: `${torn} of ${blocks} blocks torn`, torn, blocks };
      });
    },
  },
  async run({ start, claim, step }) {
    type Count = { torn: number; blocks: number };

    step(
      `${WRITERS} writers, each with ${BLOCKS} writes of PIPE_BUF (${PIPE_BUF_BYTES}) bytes, all at once.`,
    );
    const short = await contest(WRITERS, PIPE_BUF_BYTES, BLOCKS, false);
    claim(
      "shortWhole",
      short.torn === 0 && short.blocks === WRITERS * BLOCKS,
      `${short.torn} of ${short.blocks} blocks torn`,
    );

    step(
      `2 writers, each with one write of ${LONG_BYTES} bytes. Both are asleep in it before anybody reads.`,
    );
    const long = await contest(2, LONG_BYTES, 1, true);
    claim("longTorn", long.torn > 0, `${long.torn} of ${long.blocks} writes torn`);

    async function contest(
      writers: number,
      size: number,
      blocks: number,
      untilAllSleep: boolean,
    ): Promise<Count> {
      using pipe = openPipe();
      const started = Array.from({ length: writers }, (_, i) =>
        start("writer", {
          as: `writer ${i + 1}`,
          fds: { out: pipe.writeEnd },
          args: { size, blocks, tag: 97 + i },
        }),
      );
      if (untilAllSleep) for (const writer of started) await writer.asleep({ in: "write" });
      const reader = start("reader", { fds: { in: pipe.readEnd }, args: { size } });
      pipe.writeEnd.close();
      return reader.result<Count>();
    }
  },
});

/**
 * Fill the block, a page at a time: room in the pipe comes in small pieces, and each of them goes
 * to whichever writer is next in the queue of sleepers.
 */
function readInPages(input: ReadEnd, block: Uint8Array): number {
  let have = 0;
  while (have < block.length) {
    const got = input.readFully(block.subarray(have, have + 4_096));
    if (got === 0) break;
    have += got;
  }
  return have;
}
