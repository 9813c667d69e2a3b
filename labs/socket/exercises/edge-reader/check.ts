import { readFileSync } from "node:fs";
import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { resultOf, submitted } from "@ipc-playground/lab-kit/exercises";
import { close, read, send, setNonBlocking } from "@ipc-playground/libc";
import { Epoll, unixSocketPair } from "@ipc-playground/sockets";
import { CHUNK_BYTES } from "./reading.ts";

type Submission = typeof import("./starter.ts");

/** Chunks that a talker gets in before we say that the quiet one is forgotten. */
const PATIENCE = 1_000;

export default defineExercise({
  name: "edge-reader",
  title: "Reading what is told only once",
  hints: [
    "An edge says: something came. It does not say how much, and there is no second one for the same bytes. When may you go back to sleep?",
    "Only `nothing` (EAGAIN) or `end` says that a descriptor is read empty. A chunk that was not full does not: the end may be right behind it.",
    "Keep a set of descriptors that were told of and are not read empty. Take one chunk of each in turn, and `epoll.wait(0)` between the rounds while the set is not empty: so all are served.",
  ],
  processes: {
    /** Answers "!" to whoever has sent all that was due, and returns what came from each. */
    async server(context) {
      const { fd, number, log } = context;
      const { serve } = await submitted<Submission>(context, "serve");
      const fds = Array.from({ length: number("clients") }, (_, i) => fd(`client${i}`));
      const got = new Map(fds.map((each) => [each, 0]));
      let events = 0;
      using epoll = new Epoll();
      serve(epoll, fds, (from, bytes) => {
        const before = got.get(from) ?? 0;
        if (before === 0) events = watchedFor(epoll.fd, from);
        got.set(from, before + bytes.length);
        log.event("data", { object: `client ${fds.indexOf(from)}`, bytes: bytes.length });
        if (before + bytes.length === number("due")) send(from, Buffer.from("!"));
      });
      return { got: [...got.values()], events };
    },
    /** Sends, waits for the answer if there is to be one, and ends. */
    client({ fd, number, log }) {
      const stream = fd("server");
      log.call("send", "server", () => send(stream, Buffer.alloc(number("bytes"), "x")));
      if (number("asks") === 1) log.call("read", "server", () => read(stream, new Uint8Array(1)));
    },
    /** Serves a talker, which has more to say each time it was heard, and a quiet one with one word. */
    async host(context) {
      const { fd, log } = context;
      const { serve } = await submitted<Submission>(context, "serve");
      const [talker, quiet, mouth] = [fd("talker"), fd("quiet"), fd("mouth")];
      let open = true;
      let chunks = 0;
      let heardAfter = -1;
      using epoll = new Epoll();
      serve(epoll, [talker, quiet], (from) => {
        if (from === quiet) {
          heardAfter = chunks;
          log.event("data", { object: "the quiet one" });
          return;
        }
        // Never empty, until the quiet one was heard, or it is certain that it will not be.
        if (++chunks < PATIENCE && heardAfter < 0) send(mouth, Buffer.alloc(CHUNK_BYTES));
        else if (open) open = close(mouth) < 0;
      });
      return { chunks, heardAfter };
    },
  },
  schedules: {
    short: {
      says: "A short message; the end comes later.",
      run: (context) => served(context, [100], "asks"),
    },
    edge: {
      says: "The descriptors are watched edge-triggered.",
      run: (context) =>
        served(context, [1], "asks", (events) =>
          context.require(
            events >= 2 ** 31,
            `/proc/self/fdinfo says that the descriptor is watched for ${events.toString(16)}: that is level-triggered`,
          ),
        ),
    },
    long: {
      says: "A message of ten chunks, whose sender waits for the answer.",
      run: (context) => served(context, [10 * CHUNK_BYTES], "asks"),
    },
    end: {
      says: "The last words and the end are there before anybody looks.",
      run: (context) => served(context, [100, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 1], "ends"),
    },
    several: {
      says: "Three clients at once.",
      run: (context) => served(context, [3 * CHUNK_BYTES, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES], "asks"),
    },
    fair: {
      says: "One talks all the time; the other has one word to say.",
      async run(context) {
        const [talker, mouth] = unixSocketPair();
        const [quiet, whisper] = unixSocketPair();
        for (const { fd } of [talker, quiet]) setNonBlocking(fd, true);
        send(mouth.fd, Buffer.alloc(2 * CHUNK_BYTES));
        send(whisper.fd, Buffer.from("hello"));
        whisper.close();
        const host = context.start("host", { fds: { talker, quiet, mouth } });
        for (const end of [talker, quiet, mouth]) end.close();
        const { chunks, heardAfter } = await resultOf<{ chunks: number; heardAfter: number }>(context, host);
        context.require(
          heardAfter >= 0 && heardAfter < PATIENCE,
          `${chunks} chunks of one client were handed over, while the one word of another waited`,
        );
      },
    },
  },
  starter: { schedule: "long", observed: /^server is asleep in epoll_wait.*client 0 is asleep in read/ },
  wrong: {
    level: { schedule: "edge", observed: /that is level-triggered$/ },
    "short-read": { schedule: "end", observed: /^server is asleep in epoll_wait/ },
    "drains-one": { schedule: "fair", observed: /^100\d chunks of one client were handed over, while/ },
  },
});

type Context = ExerciseContext<"server" | "client" | "host">;

/** Clients that send so many bytes each ("asks": and wait for an answer). `judge` gets the EPOLL… bits for which the last was watched. */
async function served(
  context: Context,
  bytes: readonly number[],
  manner: "asks" | "ends",
  judge: (events: number) => void = () => {},
): Promise<void> {
  const pairs = bytes.map(() => unixSocketPair());
  const clients = bytes.map((count, i) => {
    const args = { bytes: count, asks: manner === "asks" ? 1 : 0 };
    return context.start("client", {
      as: `client ${i}`,
      fds: { server: pairs[i]?.[1] as { fd: number } },
      args,
    });
  });
  for (const [mine, theirs] of pairs) {
    setNonBlocking(mine.fd, true);
    theirs.close();
  }
  if (manner === "ends") for (const client of clients) await client.result();
  const fds = Object.fromEntries(pairs.map(([mine], i) => [`client${i}`, mine]));
  const due = manner === "asks" ? (bytes[0] as number) : -1;
  const server = context.start("server", { fds, args: { clients: bytes.length, due } });
  for (const [mine] of pairs) mine.close();
  const { got, events } = await resultOf<{ got: number[]; events: number }>(context, server, clients);
  context.require(
    got.join() === bytes.join(),
    `${bytes.join(", ")} bytes were sent; ${got.join(", ")} were handed over`,
  );
  judge(events);
}

/** The EPOLL… bits for which a descriptor is watched, as the kernel tells them. proc_pid_fdinfo(5) */
function watchedFor(epoll: number, fd: number): number {
  const lines = readFileSync(`/proc/self/fdinfo/${epoll}`, "utf8").split("\n");
  const line = lines.find((each) => new RegExp(`^tfd:\\s+${fd}\\b`).test(each)) ?? "";
  return Number.parseInt(/events:\s+([0-9a-f]+)/.exec(line)?.[1] ?? "0", 16);
}
