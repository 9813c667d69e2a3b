import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Socket } from "node:net";
import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { resultOf, submitted } from "@ipc-playground/lab-kit/exercises";
import { errnoSymbol, processStat, read, send } from "@ipc-playground/libc";
import { unixSocketPair } from "@ipc-playground/sockets";

type Submission = typeof import("./starter.ts");

/** Far more than kernels keep, and than a relay should. */
const MUCH_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 65_536;
/** So long has nobody run, in milliseconds, when we take it that nobody will. */
const STILL_MS = 1_000;

export default defineExercise({
  name: "backpressure",
  title: "A relay that does not burst",
  hints: [
    "`to.write(chunk)` returns false when enough is queued. It has taken the chunk all the same; it asks you to wait for 'drain'.",
    "Waiting means: not reading. `from.pause()`, and on every 'drain' `from.resume()`. What is not read stays in the kernel, whose buffer fills, and then the writer's call sleeps.",
    "A socket that breaks emits 'error'. Destroy the other one then: closing it is the only way to tell its writer. `pipeline` of node:stream/promises does all of this.",
  ],
  processes: {
    async relay(context) {
      const { fd, log } = context;
      const { relay } = await submitted<Submission>(context, "relay");
      const from = new Socket({ fd: fd("from"), allowHalfOpen: true });
      const to = new Socket({ fd: fd("to"), allowHalfOpen: true });
      // A paused socket does not keep a process alive, and a relay has others to serve.
      const alive = setInterval(() => {}, 60_000);
      let error: string | undefined;
      const bytes = await relay(from, to).catch((cause) => {
        error = cause instanceof Error ? cause.message : String(cause);
      });
      const left = !from.destroyed;
      log.event("relay", { result: error ? `rejected: ${error}` : `resolved with ${bytes}` });
      for (const socket of [from, to]) socket.destroy();
      clearInterval(alive);
      return { bytes, error, left };
    },
    /** Writes so many bytes with blocking calls. Returns how many were taken, and what stopped it. */
    source({ fd, number, text, log }) {
      const hash = createHash("sha256");
      let taken = 0;
      const chunk = Buffer.alloc(CHUNK_BYTES);
      while (taken < number("bytes")) {
        chunk.writeUInt32LE(taken, 0);
        const due = chunk.subarray(0, number("bytes") - taken);
        const result = log.call("send", text("stream"), () => send(fd("out"), due));
        if (result < 0) return { taken, errno: errnoSymbol(-result) };
        hash.update(due.subarray(0, result));
        taken += result;
      }
      return { taken, hash: hash.digest("hex") };
    },
    /** Waits until the gate opens, and reads: to the end, or so many bytes. */
    sink({ fd, number, text, log }) {
      read(fd("gate"), new Uint8Array(1));
      const hash = createHash("sha256");
      const buffer = Buffer.alloc(CHUNK_BYTES);
      let bytes = 0;
      while (bytes < number("most")) {
        const result = log.call("read", text("stream"), () => read(fd("in"), buffer));
        if (result <= 0) break;
        bytes += result;
        hash.update(buffer.subarray(0, result));
      }
      return { bytes, hash: hash.digest("hex") };
    },
  },
  schedules: {
    short: {
      says: "A few bytes, and the end.",
      run: (context) => passed(context, 1_000, "open"),
    },
    still: {
      says: "The reader stands still: so does the writer, and the relay's memory.",
      async run(context) {
        const { source, relay } = cast(context, MUCH_BYTES);
        await still(context, [source, relay]);
        context.require(
          source.running,
          `the reader had read nothing, and all of ${MUCH_BYTES} bytes had left the writer: they are in the relay`,
        );
      },
    },
    goesOn: {
      says: "The reader stood still, and goes on: all bytes come, in order.",
      run: (context) => passed(context, MUCH_BYTES, "late"),
    },
    breaks: {
      says: "The reader goes away: the promise rejects, and the writer hears of it.",
      async run(context) {
        const { source, sink, relay, gate } = cast(context, MUCH_BYTES, CHUNK_BYTES);
        gate.open();
        await resultOf(context, sink, [relay, source]);
        const { errno } = await resultOf<{ errno?: string }>(context, source, [relay]);
        context.require(errno !== undefined, "the reader is gone, and the relay took all bytes for it");
        const { error, left } = await resultOf<{ error?: string; left: boolean }>(context, relay);
        context.require(error !== undefined, "the reader went away after 64 KiB, and relay() resolved");
        context.require(!left, "relay() rejected, and left `from` open: its writer would wait for ever");
      },
    },
  },
  starter: {
    schedule: "still",
    observed: /^the reader had read nothing, and all of \d+ bytes had left the writer/,
  },
  wrong: {
    "all-at-once": { schedule: "still", observed: /^the reader had read nothing, and all of/ },
    "never-resumes": {
      schedule: "goesOn",
      observed: /source is asleep in sendto.*relay is asleep in epoll_p?wait/,
    },
    "leaves-the-writer": { schedule: "breaks", observed: /^relay\(\) rejected, and left `from` open/ },
  },
});

type Context = ExerciseContext<"relay" | "source" | "sink">;

/** source → relay → sink, over two pairs of sockets. The sink reads nothing until its gate is opened. */
function cast({ start }: Context, bytes: number, most: number = Number.MAX_SAFE_INTEGER) {
  const [a, b] = unixSocketPair();
  const [c, d] = unixSocketPair();
  const [waits, opens] = unixSocketPair();
  const actors = {
    relay: start("relay", { fds: { from: b, to: c } }),
    source: start("source", { fds: { out: a }, args: { bytes, stream: "source to relay" } }),
    sink: start("sink", { fds: { in: d, gate: waits }, args: { most, stream: "relay to sink" } }),
  };
  // Each end is now its process's alone, so that others hear when it goes.
  for (const end of [a, b, c, d, waits]) end.close();
  return { ...actors, gate: { open: () => opens.close() } };
}

async function passed(context: Context, bytes: number, gateOpens: "open" | "late"): Promise<void> {
  const { source, relay, sink, gate } = cast(context, bytes);
  if (gateOpens === "late") await still(context, [source, relay]);
  gate.open();
  const got = await resultOf<{ bytes: number; hash: string }>(context, sink, [source, relay]);
  const sent = await resultOf<{ hash: string }>(context, source, [relay]);
  context.require(got.bytes === bytes, `${bytes} bytes were sent, and ${got.bytes} came out of the relay`);
  context.require(got.hash === sent.hash, `${bytes} bytes came, and in another order than they were sent`);
  const result = await resultOf<{ bytes?: number; error?: string }>(context, relay);
  context.require(
    result.bytes === bytes,
    `${bytes} bytes passed, and relay() ${result.error ? `rejected: ${result.error}` : `resolved with ${result.bytes}`}`,
  );
}

/** Wait until none of them has been on a processor for a while: nothing more will come by itself. */
async function still(
  { until }: Context,
  actors: readonly { pid: number; running: boolean }[],
): Promise<void> {
  let [seen, since] = ["", performance.now()];
  await until(
    () => {
      const now = actors.map(switches).join();
      if (now !== seen || now.includes("R")) [seen, since] = [now, performance.now()];
      return performance.now() - since >= STILL_MS;
    },
    { what: "everybody to stand still", withinMs: 30_000 },
  );
}

/** State and context switches of a process: equal twice, and it did not run in between. */
function switches({ pid, running }: { pid: number; running: boolean }): string {
  if (!running) return "ended";
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const counts = [...status.matchAll(/ctxt_switches:\s+(\d+)/g)].map(([, count]) => count);
    return `${processStat(pid)?.state} ${counts.join("+")}`;
  } catch {
    return "ended";
  }
}
