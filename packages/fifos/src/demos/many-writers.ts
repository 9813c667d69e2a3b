import { join } from "node:path";
import {
  makeFifo,
  openReadEnd,
  openWriteEnd,
  openWriteEndWithin,
  PIPE_BUF_BYTES,
} from "@ipc-playground/fifos";
import { defineDemo } from "@ipc-playground/lab-kit";
import type { Actor } from "@ipc-playground/lab-kit/runner";

const WRITERS = 3;
const LINES = 200;

export default defineDemo({
  name: "many-writers",
  title: "Several writers, one reader",
  claims: {
    whole: {
      says: "Lines of up to PIPE_BUF bytes stay whole, however many processes write them.",
      expect: "holds",
      source: "pipe(7), PIPE_BUF; fifo(7): after opening, a FIFO is a pipe",
    },
    firstCloses: {
      says: "The reader sees end-of-file when a writer closes the FIFO.",
      expect: "refuted",
      source: "pipe(7): when the last writer has closed it",
    },
  },
  processes: {
    writer({ text, number, log }) {
      using end = openWriteEnd(text("path"));
      log.event("open", { object: end.name });
      // Opening a FIFO is a starting gun, too: everybody who sleeps here is let go at once.
      openReadEnd(text("begin")).close();
      // From one byte to PIPE_BUF, the line feed included.
      const line = (i: number) => Buffer.from(`${text("letter").repeat((i * 997) % PIPE_BUF_BYTES)}\n`);
      log.call(`${LINES} writes`, end.name, () => {
        for (let i = 0; i < LINES; i++) end.write(line(i));
        return { kind: `${LINES} lines` };
      });
      if (number("stays")) {
        log.event("wait", { result: "and keep it open" });
        openReadEnd(text("end")).close();
      }
      log.event("close", { object: end.name });
    },
    /** Counts lines, and those that are not all of one writer's letter. */
    reader({ text, log }) {
      using end = openReadEnd(text("path"));
      const buffer = Buffer.alloc(65_536);
      let [lines, mixed, rest] = [0, 0, ""];
      return log.call("read", end.name, () => {
        for (let got = end.read(buffer); got.kind === "bytes"; got = end.read(buffer)) {
          const found = (rest + buffer.toString("latin1", 0, got.bytes)).split("\n");
          rest = found.pop() ?? "";
          lines += found.length;
          mixed += found.filter((line) => new Set(line).size > 1).length;
        }
        return { kind: `${lines} lines, then end-of-file`, lines, mixed };
      });
    },
  },
  async run({ start, scratch, claim, step }) {
    const folder = scratch();
    using fifo = makeFifo(join(folder, "log"));
    using begin = makeFifo(join(folder, "begin"));
    using end = makeFifo(join(folder, "end"));
    const args = { path: fifo.path, begin: begin.path, end: end.path };

    step(`${WRITERS} writers open the path and write ${LINES} lines each, as fast as they can.`);
    const reader = start("reader", { args });
    const writers = Array.from({ length: WRITERS }, (_, i) =>
      start("writer", { as: `writer ${i + 1}`, args: { ...args, letter: "abc"[i] as string, stays: i } }),
    );
    const [first, ...others] = writers as [Actor, ...Actor[]];
    for (const writer of writers) await writer.said("open");
    using _begin = await openWriteEndWithin(begin.path, 10_000);
    await first.result();
    for (const other of others) await other.said("wait");
    await reader.asleep({ in: "read" });
    claim(
      "firstCloses",
      !reader.running,
      `writer 1 has closed and exited, and the reader is ${reader.whereabouts().replace(folder, "…")}`,
    );

    step("The others close too, and then there is nobody left who could write.");
    using _end = await openWriteEndWithin(end.path, 10_000);
    for (const other of others) await other.result();
    const { lines, mixed } = await reader.result<{ lines: number; mixed: number }>();
    claim(
      "whole",
      mixed === 0 && lines === WRITERS * LINES,
      `${lines} of ${WRITERS * LINES} lines came, ${mixed} of them mixed`,
    );
  },
});
