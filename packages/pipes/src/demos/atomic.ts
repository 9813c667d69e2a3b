import { defineDemo } from "@ipc-playground/lab-kit";
import { openPipe, PIPE_BUF_BYTES, ReadEnd, WriteEnd } from "@ipc-playground/pipes";

const WRITERS = 3;
const BLOCKS = 400;
/** Longer than PIPE_BUF, in bytes. */
const LONG_BYTES = 4 * PIPE_BUF_BYTES;
/**
 * A pipe of one page for the long writes: each read makes room for one page, and that room goes
 * to whichever writer is next in the kernel's queue of sleepers.
 */
const SMALL_PIPE_BYTES = 4_096;

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
    question:
      "Two processes each write 16 KiB with a single write(), to one pipe that holds 4 KiB. What does the reader find?",
    choices: ["All of one, then all of the other", "Pieces of both, mixed", "An error in one of the writers"],
    answer: 1,
    because: "Neither write fits. Whoever has to wait for room lets the other one in.",
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
        while (input.readFully(block) === block.length) {
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
    const short = await contest(WRITERS, PIPE_BUF_BYTES, BLOCKS);
    claim(
      "shortWhole",
      short.torn === 0 && short.blocks === WRITERS * BLOCKS,
      `${short.torn} of ${short.blocks} blocks torn`,
    );

    step(
      `2 writers, each with one write of ${LONG_BYTES} bytes, and a pipe of ${SMALL_PIPE_BYTES}. Both sleep in it before anybody reads.`,
    );
    const long = await contest(2, LONG_BYTES, 1, SMALL_PIPE_BYTES);
    claim("longTorn", long.torn > 0, `${long.torn} of ${long.blocks} writes torn`);

    async function contest(
      writers: number,
      size: number,
      blocks: number,
      capacityBytes?: number,
    ): Promise<Count> {
      using pipe = openPipe(capacityBytes === undefined ? {} : { capacityBytes });
      const started = Array.from({ length: writers }, (_, i) =>
        start("writer", {
          as: `writer ${i + 1}`,
          fds: { out: pipe.writeEnd },
          args: { size, blocks, tag: 97 + i },
        }),
      );
      if (capacityBytes !== undefined) for (const writer of started) await writer.asleep({ in: "write" });
      const reader = start("reader", { fds: { in: pipe.readEnd }, args: { size } });
      pipe.writeEnd.close();
      const count = await reader.result<Count>();
      for (const writer of started) await writer.result();
      return count;
    }
  },
});
