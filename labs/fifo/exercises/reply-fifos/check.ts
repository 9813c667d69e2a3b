import { join } from "node:path";
import { createInterface } from "node:readline";
import {
  DEFAULT_CAPACITY_BYTES,
  makeFifo,
  openReadEnd,
  openReadEndNow,
  openReadEndWithin,
  openWriteEndWithin,
  type WriteEnd,
} from "@ipc-playground/fifos";
import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { submitted } from "@ipc-playground/lab-kit/exercises";
import type { Actor } from "@ipc-playground/lab-kit/runner";
import { happens, WITHIN_MS } from "../happens.ts";
import type { Request } from "./requests.ts";

type Submission = typeof import("./starter.ts");
type Context = ExerciseContext<"server" | "client">;

/** More than anybody here waits, in milliseconds: whoever sits it out is found out. */
const PATIENT_MS = 60_000;

/**
 * What a client does after it has asked. `reads`: opens its FIFO and reads. `vanishes`: nothing, its
 * FIFO stays. `removes`: unlinks its FIFO. `late`: opens it when told. `stalls`: opens it, and reads
 * when told.
 */
type Manner = "reads" | "vanishes" | "removes" | "late" | "stalls";

export default defineExercise({
  name: "reply-fifos",
  title: "Reply FIFOs for many clients",
  hints: [
    "Where does the server sleep? The checker says it: in `openat`, for a client that does not open its FIFO; later perhaps in `write`, for one that does not read. While it sleeps there, it answers nobody.",
    "`fs.open` and `fs.writeFile` only move the sleep to one of four threads of the pool, see the demo `thread-pool`. `openWriteEndWithin` sleeps nowhere; start one for each request and do not await it before you take the next request.",
    "`reply.toStream()` writes when there is room; `pipeline([bytes], stream)` of node:stream/promises resolves when all is written and rejects if the client leaves. Catch what goes wrong with one client where that client is answered.",
  ],
  processes: {
    async server(context) {
      const { text, number, log } = context;
      const { answerAll } = await submitted<Submission>(context, "answerAll");
      return log.call(
        "answerAll",
        "requests",
        () => answerAll(requestsFrom(text("requests")), number("patience")),
        undefined,
        (count) => ({
          result: `${count} answered`,
        }),
      );
    },
    async client({ text, number, log }) {
      const manner = text("manner") as Manner;
      const name = text("name");
      const own = makeFifo(text("replyPath"));
      // A client that knows its trade is there before it asks.
      using early = manner === "reads" ? openReadEndNow(own.path) : undefined;
      const request: Request = { replyPath: own.path, text: name, times: number("times") };
      using requests = await openWriteEndWithin(text("requests"), WITHIN_MS);
      log.call("write", "requests", () => requests.write(Buffer.from(`${JSON.stringify(request)}\n`)));
      if (manner === "removes") own.unlink();
      if (manner === "vanishes" || manner === "removes") return "";
      if (manner === "late") openReadEnd(text("told")).close();
      using reply = early ?? (await openReadEndWithin(own.path, PATIENT_MS));
      log.event("open", { object: name });
      if (manner === "stalls") openReadEnd(text("told")).close();
      await reply.readable(PATIENT_MS);
      const bytes = log.call("read", name, () => reply.readToEnd());
      return { bytes: bytes.length, first: Buffer.from(bytes.subarray(0, name.length)).toString() };
    },
  },
  schedules: {
    one: {
      says: "A client that asks and reads.",
      run: (context) => played(context, ["reads"]),
    },
    vanished: {
      says: "A client has asked and is gone; another one is answered all the same.",
      run: (context) => played(context, ["vanishes", "reads"]),
    },
    late: {
      says: "A client opens its FIFO after others were answered, and is answered too.",
      run: (context) => played(context, ["late", "reads"]),
    },
    stalled: {
      says: "A client does not read its long reply; others are answered meanwhile.",
      run: (context) => played(context, ["stalls", "reads"]),
    },
    many: {
      says: "Six clients are gone, and one is there.",
      run: (context) => played(context, [...Array<Manner>(6).fill("vanishes"), "reads"]),
    },
    removed: {
      says: "A client has removed its FIFO; others are answered all the same.",
      run: (context) => played(context, ["removes", "reads"]),
    },
    patience: {
      says: "Who does not come in time is given up, and the promise resolves.",
      run: (context) => played(context, ["reads", "vanishes"], 50),
    },
  },
  starter: { schedule: "vanished", observed: /^client 2 got no reply: server is asleep in openat$/ },
  wrong: {
    "one-after-the-other": {
      schedule: "vanished",
      observed: /^client 2 got no reply: server is asleep in epoll/,
    },
    "gives-up-at-once": { schedule: "late", observed: /^client 1 got no reply: / },
    "async-open": {
      schedule: "many",
      observed:
        /^client 7 got no reply: server is asleep in epoll\w+.*, and 4 threads of its pool are asleep in openat$/,
    },
    "blocking-write": { schedule: "stalled", observed: /^client 2 got no reply: server is asleep in write/ },
    "fails-with-the-first": {
      schedule: "removed",
      observed: /^server .*cannot open .*No such file/,
    },
  },
});

/** Let the clients ask in order, each in its manner, and see that all get what they can get. */
async function played(context: Context, manners: Manner[], patience = PATIENT_MS): Promise<void> {
  const folder = context.scratch();
  using fifo = makeFifo(join(folder, "requests"));
  using told = makeFifo(join(folder, "told"));
  // While the director has it open too, the server's requests do not end.
  using _reader = openReadEndNow(fifo.path);
  using keepAlive = await openWriteEndWithin(fifo.path, WITHIN_MS);
  const server = context.start("server", { args: { requests: fifo.path, patience } });
  const clients: { client: Actor; manner: Manner; times: number }[] = [];
  for (const [i, manner] of manners.entries()) {
    const name = `client ${i + 1}`;
    const times = manner === "stalls" ? 2 * DEFAULT_CAPACITY_BYTES : 1;
    const replyPath = join(folder, `reply-${i + 1}`);
    const args = { requests: fifo.path, told: told.path, replyPath, manner, name, times };
    const client = context.start("client", { as: name, args });
    // In order: whoever makes trouble has made it before the next one comes.
    const done = manner === "stalls" ? "open" : "write";
    if (manner !== "reads") await Promise.race([client.said(done), client.exited()]);
    clients.push({ client, manner, times });
  }
  const answered = (expected: Manner[]) =>
    Promise.all(
      clients.filter(({ manner }) => expected.includes(manner)).map((each) => reply(context, server, each)),
    );
  await answered(["reads"]);
  if (manners.some((manner) => manner === "late" || manner === "stalls")) {
    using _go: WriteEnd = await openWriteEndWithin(told.path, WITHIN_MS);
    await answered(["late", "stalls"]);
  }
  keepAlive.close();
  if (patience === PATIENT_MS && manners.includes("vanishes")) return;
  await happens(
    context,
    server,
    () => server.exit?.code === 0,
    "answerAll() did not come back after the last request",
  );
  const count = await server.result<number>();
  const due = manners.filter((manner) => manner !== "vanishes" && manner !== "removes").length;
  context.require(count === due, `${due} clients were answered, and answerAll() says ${count}`);
}

/** What this client got is what it asked for. */
async function reply(
  context: Context,
  server: Actor,
  { client, times }: { client: Actor; times: number },
): Promise<void> {
  await happens(context, server, () => !client.running, `${client.name} got no reply`);
  const got = await client.result<{ bytes: number; first: string }>();
  const due = client.name.toUpperCase();
  context.require(
    got.bytes === due.length * times && got.first === due,
    `${client.name} read ${got.bytes} bytes that begin with "${got.first}", where ${due.length * times} bytes, "${due}…", were due`,
  );
}

/** The requests that come through a FIFO, a line of JSON each, until nobody can write any more. */
async function* requestsFrom(path: string): AsyncIterable<Request> {
  for await (const line of createInterface({ input: openReadEndNow(path).toStream() }))
    yield JSON.parse(line) as Request;
}
