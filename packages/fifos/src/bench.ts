import { rmSync } from "node:fs";
import { join } from "node:path";
import { defineBench, wholeMessages } from "@ipc-playground/bench-kit";
import { makeFifo } from "./fifo.ts";
import { openReadEndWithin, openWriteEndWithin } from "./open.ts";

/** The other side starts at the same time, in a fresh process. */
const PEER_WITHIN_MS = 20_000;

interface Paths {
  readonly in: string;
  readonly out: string;
}

export default defineBench({
  mechanism: "fifo",
  yardstick: "fifo",

  work: {
    copies: 2,
    systemCalls: { blocking: 2, "event-loop": 3 },
    says: "write(2) copies in, read(2) copies out; an event loop asks epoll_wait(2) first",
  },

  // As with pipes, a conversation takes two. Both sides open them by their paths.
  async open() {
    // Not at the top: both sides of every launch load this module too.
    const { scratchDirectory } = await import("@ipc-playground/lab-kit/runner");
    const folder = scratchDirectory();
    const there = makeFifo(join(folder, "there")).path;
    const back = makeFifo(join(folder, "back")).path;
    return {
      a: { names: { in: back, out: there } },
      b: { names: { in: there, out: back } },
      remove: () => rmSync(folder, { recursive: true }),
    };
  },

  modes: {
    async blocking({ names }) {
      const { input, output } = await open(names);
      return {
        send: (message) => output.writeFully(message),
        receive: (message) => input.readFully(message),
      };
    },

    async "event-loop"({ names, size }, deliver) {
      const ends = await open(names);
      const input = ends.input.toStream();
      const output = ends.output.toStream();
      input.on("data", wholeMessages(size, deliver));
      return {
        send: (message, sent) => output.write(message, sent),
      };
    },
  },
});

async function open(names: Paths) {
  // Both at once: opened in turn, the two sides would have to agree which comes first.
  const [input, output] = await Promise.all([
    openReadEndWithin(names.in, PEER_WITHIN_MS),
    openWriteEndWithin(names.out, PEER_WITHIN_MS),
  ]);
  return { input, output };
}
