import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  makeFifo,
  openReadEndNow,
  openWriteEnd,
  openWriteEndNow,
  openWriteEndWithin,
  ReadEnd,
} from "@ipc-playground/fifos";
import { defineExercise, type ExerciseContext, type Log } from "@ipc-playground/lab-kit";
import { submitted } from "@ipc-playground/lab-kit/exercises";
import type { Actor } from "@ipc-playground/lab-kit/runner";
import { processStat } from "@ipc-playground/libc";
import { happens, WITHIN_MS } from "../happens.ts";

type Submission = typeof import("./starter.ts");
interface Served {
  handled: string[];
  /** What clients wrote who came between an end-of-file and the close after it. */
  visitors: string[];
}
type Context = ExerciseContext<"server" | "client" | "crowd">;

/** Clients that come so fast that one opens while the server is at the end-of-file of the last. */
const CROWD = 3_000;

/** So long must the server not have run, in milliseconds, to be asleep for good. */
const STILL_MS = 200;
/** A server that used this much of a processor with nothing to do is not asleep. A tick is 10 ms. */
const BUSY_TICKS = 30;

export default defineExercise({
  name: "keep-alive",
  title: "A server that dies with its first client",
  hints: [
    "End-of-file on a FIFO means: no process has it open for writing, now. Between two clients that is so.",
    "The server may have its own FIFO open for writing, and never write.",
    'The order matters: `openReadEndNow(path)` first, then `openWriteEndNow(path)`; a writer alone is refused, or waits for ever. At "quit" both have to be closed: `using` does it.',
  ],
  processes: {
    async server(context) {
      const { text, number, log } = context;
      const { serve } = await submitted<Submission>(context, "serve");
      const handled: string[] = [];
      const visitors = number("worst")
        ? visitedAtTheWorst(text("path"), log, () => handled.length === 1)
        : [];
      await log.call("serve", "requests", () =>
        serve(text("path"), (line) => {
          handled.push(line);
          if (number("tell")) log.event("handle", { result: JSON.stringify(line) });
        }),
      );
      return { handled, visitors } satisfies Served;
    },
    /** One client: opens the FIFO, writes piece by piece, leaves. */
    async client({ text, log }) {
      using requests = await openWriteEndWithin(text("path"), WITHIN_MS);
      for (const piece of JSON.parse(text("pieces")) as string[]) {
        // Each piece alone: what was written before has been read.
        using look = openReadEndNow(text("path"));
        while (look.readableNow()) await delay(1);
        look.close();
        log.call("write", "requests", () => requests.write(Buffer.from(piece)), JSON.stringify(piece));
      }
    },
    crowd({ text, log }) {
      log.call(`${CROWD} clients`, "requests", () => {
        for (let i = 0; i < CROWD; i++) {
          using requests = openWriteEnd(text("path"));
          // What a client sees whose server has just closed: EPIPE, and its request is lost.
          try {
            requests.write(Buffer.from(`${i}\n`));
          } catch {}
        }
        using last = openWriteEnd(text("path"));
        last.write(Buffer.from("quit\n"));
      });
    },
  },
  schedules: {
    one: {
      says: "One client, one request.",
      run: (context) => served(context, [["ant\n", "quit\n"]], ["ant"]),
    },
    second: {
      says: "A client leaves, and later another one comes, perhaps at the worst moment.",
      run: (context) => served(context, [["ant\n"], ["bee\n", "quit\n"]], ["ant", "bee"]),
    },
    idle: {
      says: "Between two clients the server sleeps.",
      run: (context) =>
        served(context, [["ant\n"], ["quit\n"]], ["ant"], (used) =>
          context.require(
            used < BUSY_TICKS,
            `with no client there, the server used ${used * 10} ms of a processor and did not go to sleep`,
          ),
        ),
    },
    cut: {
      says: "A line in two writes, and two lines in one.",
      run: (context) =>
        served(
          context,
          [
            ["an", "t\n", "bee\ncat\n"],
            ["do", "g\n", "quit\n"],
          ],
          ["ant", "bee", "cat", "dog"],
        ),
    },
    hurry: {
      says: `${CROWD} clients, each as soon as the last has left.`,
      async run(context) {
        using fifo = makeFifo(join(context.scratch(), "requests"));
        const server = context.start("server", { args: { path: fifo.path, tell: 0, worst: 0 } });
        const crowd = context.start("crowd", { args: { path: fifo.path } });
        await happens(
          context,
          server,
          () => !server.running || !crowd.running,
          "the clients could not all come",
        );
        await happens(
          context,
          server,
          () => server.exit?.code === 0,
          'serve() did not come back after "quit"',
        );
        const { handled } = await server.result<Served>();
        context.require(
          handled.length === CROWD,
          `${CROWD} clients wrote a line each, and ${handled.length} were handled`,
        );
      },
    },
  },
  starter: {
    schedule: "second",
    observed: /^serve\(\) came back after \["ant"\], and nobody had sent "quit"$/,
  },
  wrong: {
    spins: { schedule: "idle", observed: /^with no client there, the server used \d+ ms of a processor/ },
    reopens: {
      schedule: "second",
      observed: /^\["ant","ape","bee"\] were sent, and \["ant","bee"\] were handled$/,
    },
    "opens-writer-first": { schedule: "one", observed: /server is asleep in openat$/ },
    "one-read-one-line": { schedule: "cut", observed: /were sent, and .* handled$/ },
  },
});

/**
 * Have a client come at the worst moment: when the server is about to close the FIFO, and only
 * then. It has still found a reader, so it has done everything right.
 */
function visitedAtTheWorst(path: string, log: Log, comes: () => boolean): string[] {
  const visitors: string[] = [];
  const close = ReadEnd.prototype.close;
  ReadEnd.prototype.close = function () {
    if (!this.closed && this.path === path && comes() && visitors.length === 0) {
      visitors.push("ape");
      using client = openWriteEndNow(path);
      const write = () => client.write(Buffer.from("ape\n"));
      log.call("write", "requests", write, "A client, after the end-of-file and before the close.");
    }
    close.call(this);
  };
  return visitors;
}

/** Let the clients come, each when the last has left, and see what the server makes of it. */
async function served(
  context: Context,
  clients: string[][],
  lines: string[],
  between: (ticks: number) => void = () => {},
): Promise<void> {
  using fifo = makeFifo(join(context.scratch(), "requests"));
  const server = context.start("server", {
    args: { path: fifo.path, tell: 1, worst: Number(lines.length > 1) },
  });
  for (const [i, pieces] of clients.entries()) {
    const as = `client ${i + 1}`;
    if (i > 0) between(await ticksUntilStill(context, server));
    const client = context.start("client", { as, args: { path: fifo.path, pieces: JSON.stringify(pieces) } });
    await happens(
      context,
      server,
      () => !client.running || !server.running,
      `${as} could not send its request`,
    );
  }
  await happens(context, server, () => server.exit?.code === 0, 'serve() did not come back after "quit"');
  const { handled, visitors } = await server.result<Served>();
  const words = JSON.stringify(handled);
  const sent = [...lines.slice(0, 1), ...visitors, ...lines.slice(1)];
  // A server that left early has handled what came until then.
  const left = handled.length < lines.length && handled.every((line, i) => line === lines[i]);
  context.require(!left, `serve() came back after ${words}, and nobody had sent "quit"`);
  context.require(
    words === JSON.stringify(sent),
    `${JSON.stringify(sent)} were sent, and ${words} were handled`,
  );
}

/**
 * Wait until a process has been asleep for a while, has used too much, or has ended. Returns what
 * it used of a processor meanwhile, in clock ticks.
 */
async function ticksUntilStill({ until }: Context, { pid }: Actor): Promise<number> {
  const before = ticksOf(pid) ?? 0;
  let [last, since] = [before, performance.now()];
  await until(
    () => {
      const ticks = ticksOf(pid);
      if (ticks === undefined) return true;
      if (ticks !== last || processStat(pid)?.state !== "S") [last, since] = [ticks, performance.now()];
      return performance.now() - since > STILL_MS || last - before >= BUSY_TICKS;
    },
    { what: "the server to sleep" },
  );
  return last - before;
}

/** Time on a processor, in clock ticks: utime and stime of proc_pid_stat(5). */
function ticksOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : Number(fields[11]) + Number(fields[12]);
  } catch {
    return undefined;
  }
}
