import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { placeIn, submitted } from "@ipc-playground/lab-kit/exercises";
import {
  maxCapacityBytes,
  type OpenPipeOptions,
  openPipe,
  PIPE_BUF_BYTES,
  ReadEnd,
  WriteEnd,
} from "@ipc-playground/pipes";
import { quoted, resultOf } from "../submission.ts";
import { type Manner, replyTo, type Served, serve } from "./server.ts";

type Submission = typeof import("./starter.ts");

const PROMPT: Manner = { readsBeforeItAnswers: 1, timesOver: 1, leavesAfter: 0 };

const ONE_PAGE: OpenPipeOptions = { capacityBytes: PIPE_BUF_BYTES };

interface Play {
  /** So many requests … */
  count: number;
  /** … of so many bytes each. */
  bytes: number;
  manner?: Partial<Manner>;
  /** From client to server. */
  there?: OpenPipeOptions;
  /** From server to client. */
  back?: OpenPipeOptions;
}

interface Seen {
  replies: number;
  /** The first reply that is not what it should be, in words. */
  wrong?: string;
  /** What `exchange` rejected with. */
  rejected?: string;
}

export default defineExercise({
  name: "request-reply",
  title: "Request and reply over two pipes, without deadlock",
  hints: [
    "A pipe is bytes, not messages: `read` gives what is there, which may be one byte or three messages. Keep what has come, and ask `takeMessage` of messages.ts whether a whole message is in it.",
    "When both pipes are full, both sides sleep in `write`, and neither will ever read. A larger capacity only moves the amount at which that happens. The client has to read while it still has something to write.",
    "`input.toStream()` and `output.toStream()` hand the ends to Node's event loop, which writes when there is room and reads when there is something. Start sending, start receiving, and wait for both: `Promise.all`. `pipeline` of node:stream/promises sends an array of chunks and heeds back-pressure.",
  ],
  processes: {
    async client(context) {
      const { fd, log, number } = context;
      const { exchange } = await submitted<Submission>(context, "exchange");
      const requests = requestsOf(number("count"), number("bytes"));
      const output = new WriteEnd(fd("out"));
      const input = new ReadEnd(fd("in"));
      try {
        const replies = await log.call("exchange", `${requests.length} requests`, () =>
          exchange(requests, output, input),
        );
        return seen(requests, replies, number("timesOver"));
      } catch (error) {
        const where = placeIn((error as Error | undefined)?.stack);
        return { replies: 0, rejected: `${error}${where}` } satisfies Seen;
      }
    },
    server: serve,
  },
  schedules: {
    one: {
      says: "A short request, and its reply.",
      run: (context) => answered(context, { count: 1, bytes: 10 }),
    },
    cut: {
      says: "Replies far longer than their requests, and than what one read can bring.",
      run: (context) =>
        answered(context, { count: 3, bytes: 100, manner: { timesOver: 1_000 }, back: ONE_PAGE }),
    },
    together: {
      says: "The server reads all requests before it answers them, in one write.",
      run: (context) => answered(context, { count: 3, bytes: 10, manner: { readsBeforeItAnswers: 3 } }),
    },
    narrow: {
      says: "Two pipes of one page, and more to send than they hold.",
      run: (context) => answered(context, { count: 64, bytes: 4_000, there: ONE_PAGE, back: ONE_PAGE }),
    },
    large: {
      says: "More to send than pipes of any capacity hold.",
      run: (context) => answered(context, { count: 64, bytes: (4 * maxCapacityBytes()) / 64 }),
    },
    serverLeaves: {
      says: "If the server leaves early, the promise is rejected.",
      async run(context) {
        const seen = await play(context, { count: 3, bytes: 10, manner: { leavesAfter: 1 } });
        context.require(
          seen.rejected !== undefined,
          `the server answered 1 of 3 requests and left, and exchange() resolved with ${replies(seen.replies)}`,
        );
      },
    },
  },
  starter: {
    schedule: "cut",
    observed: /^reply 1 of 3 is \d+ bytes, "AAA.*", where 100000 bytes, "AAA.*", were due$/,
  },
  wrong: {
    "no-lengths": {
      schedule: "one",
      observed: /^the server read a length of 1633771873 bytes where request 1 begins$/,
    },
    "one-read-one-message": { schedule: "cut", observed: /^reply 1 of 3 is \d+ bytes, "AAA/ },
    "expects-its-own-length": {
      schedule: "cut",
      observed: /^exchange\(\) resolved with 0 replies to 3 requests$/,
    },
    "one-at-a-time": {
      schedule: "together",
      observed:
        /client \(pid \d+\) is asleep in read on pipe:\[\d+\], whose write end is open in server .*; server \(pid \d+\) is asleep in read on pipe:\[\d+\], whose write end is open in client/,
    },
    "writes-before-it-reads": {
      schedule: "narrow",
      observed:
        /client \(pid \d+\) is asleep in write on pipe:\[\d+\], whose read end is open in server .*; server \(pid \d+\) is asleep in write on pipe:\[\d+\], whose read end is open in client/,
    },
    "larger-capacity": {
      schedule: "large",
      observed: /client \(pid \d+\) is asleep in write .*; server \(pid \d+\) is asleep in write /,
    },
    "resolves-with-what-it-has": { schedule: "serverLeaves", observed: /resolved with 1 reply$/ },
    "waits-for-an-event-that-never-comes": {
      schedule: "serverLeaves",
      observed: /^the promise was never settled/,
    },
  },
});

type Context = ExerciseContext<"client" | "server">;

async function answered(context: Context, asked: Play): Promise<void> {
  const { replies: count, wrong, rejected } = await play(context, asked);
  context.require(rejected === undefined, `exchange() was rejected: ${rejected}`);
  context.require(wrong === undefined, wrong ?? "");
  context.require(
    count === asked.count,
    `exchange() resolved with ${replies(count)} to ${asked.count} requests`,
  );
}

async function play(context: Context, { count, bytes, manner, there, back }: Play): Promise<Seen> {
  const { start } = context;
  const behaviour: Manner = { ...PROMPT, ...manner };
  using request = openPipe(there);
  using reply = openPipe(back);
  const server = start("server", {
    fds: { in: request.readEnd, out: reply.writeEnd },
    args: { manner: JSON.stringify(behaviour) },
  });
  const client = start("client", {
    fds: { in: reply.readEnd, out: request.writeEnd },
    args: { count, bytes, timesOver: behaviour.timesOver },
  });
  // Each end is now open in one process only, and that one's leaving is seen.
  request[Symbol.dispose]();
  reply[Symbol.dispose]();
  const seen = await resultOf<Seen>(context, client, [server]);
  await server.exited();
  // A server that failed was left by its client, and what the client says tells more.
  const { refused } = server.exit?.code === 0 ? await server.result<Served>() : {};
  context.require(refused === undefined, refused ?? "");
  return seen;
}

/** "aaaa", "bbbb", …: a message that is cut or doubled shows at once. */
function requestsOf(count: number, bytes: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => new Uint8Array(bytes).fill(0x61 + (i % 26)));
}

function seen(requests: readonly Uint8Array[], replies: readonly Uint8Array[], timesOver: number): Seen {
  for (const [i, reply] of replies.entries()) {
    const due = replyTo(requests[i] ?? new Uint8Array(), timesOver);
    if (Buffer.compare(reply, due) === 0) continue;
    const wrong = `reply ${i + 1} of ${requests.length} is ${reply.length} bytes, ${shown(reply)}, where ${due.length} bytes, ${shown(due)}, were due`;
    return { replies: replies.length, wrong };
  }
  return { replies: replies.length };
}

function shown(bytes: Uint8Array): string {
  return quoted(Buffer.from(bytes).toString("latin1"));
}

function replies(count: number): string {
  return count === 1 ? "1 reply" : `${count} replies`;
}
