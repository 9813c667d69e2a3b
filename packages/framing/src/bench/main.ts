import { allocated } from "./allocations.ts";
import { CONTENDERS } from "./contenders.ts";
import { DECODE, type Round } from "./decode.ts";
import { ENCODE } from "./encode.ts";
import type { Answer, Contender, Job } from "./job.ts";
import { type Sink, timedSink } from "./sink.ts";
import { chunksOf, messagesIn, messagesOf, wireOf } from "./wire.ts";

// One launch: one contender, one size of messages, one size of chunks. Prints an Answer.

const job = JSON.parse(process.argv[2] ?? "") as Job;
// The coordinator holds the other end: when it is gone, nobody wants the answer.
process.stdin.on("end", () => process.exit(1)).resume();

answer().then(
  (found) => finish(found),
  (error: unknown) => finish({ kind: "failed", reason: (error as Error).message }),
);

function finish(found: Answer): void {
  process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit(0));
}

/** What goes in, and what must come out, of one round. */
interface Task {
  input: Buffer[];
  messages: number;
  /** All bytes that must come out, in order. */
  output: Buffer;
}

async function answer(): Promise<Answer> {
  const contender = CONTENDERS.find(({ name, does }) => name === job.contender && does === job.does);
  if (contender === undefined)
    throw new Error(`there is no contender "${job.contender}" that can ${job.does}`);
  const task = taskOf(contender);
  const start = (job.does === "decode" ? DECODE : ENCODE)[contender.name] as (typeof DECODE)[string];
  await gate(start, task);
  const sink = timedSink(job.does === "decode" && contender.format === "lines");
  const round = await start(sink.give);
  await measure(round, sink, task, job.warmMs);
  if (job.what === "memory") return allocated(() => once(round, sink, task), task.messages);
  return { kind: "speed", ...(await measure(round, sink, task, job.timedMs)) };
}

function taskOf({ format }: Contender): Task {
  const count = messagesIn(job.size, job.chunk);
  const messages = messagesOf(job.size, count);
  const wire = wireOf(format, messages);
  return job.does === "encode"
    ? { input: messages, messages: count, output: wire }
    : { input: chunksOf(wire, job.chunk), messages: count, output: Buffer.concat(messages) };
}

/** Every byte of two rounds is compared, and each frame's length where frames come out. */
async function gate(start: (typeof DECODE)[string], task: Task): Promise<void> {
  let at = 0;
  let wrong = false;
  const round = await start((frame) => {
    const bytes = typeof frame === "string" ? Buffer.from(frame as string, "latin1") : (frame as Uint8Array);
    if (job.does === "decode" && bytes.length !== job.size) wrong = true;
    if (!task.output.subarray(at, at + bytes.length).equals(bytes)) wrong = true;
    at += bytes.length;
  });
  for (let i = 0; i < 2; i++) {
    at = 0;
    await round(task.input);
    await until(() => at >= task.output.length);
    if (wrong || at !== task.output.length)
      throw new Error(`${job.contender} does not ${job.does} what it was given`);
  }
}

/**
 * Rounds, until this process has used so much time of a processor. That of all its threads: what a
 * contender leaves to the garbage collector is its work too.
 */
async function measure(round: Round, sink: Sink, task: Task, atLeastMs: number) {
  const start = { clock: process.hrtime.bigint(), cpu: process.cpuUsage() };
  let frames = 0;
  let cpuNs = 0;
  do {
    await once(round, sink, task);
    frames += task.messages;
    const { user, system } = process.cpuUsage(start.cpu);
    cpuNs = (user + system) * 1_000;
  } while (cpuNs < atLeastMs * 1e6);
  return { frames, cpuNs, ns: Number(process.hrtime.bigint() - start.clock) };
}

async function once(round: Round, sink: Sink, task: Task): Promise<void> {
  sink.reset();
  const done = round(task.input);
  // Only who is asynchronous is waited for.
  if (done !== undefined) await done;
  if (sink.bytes !== task.output.length) await until(() => sink.bytes >= task.output.length);
  if (sink.bytes !== task.output.length)
    throw new Error(`${job.contender} gave ${sink.bytes} bytes, not ${task.output.length}`);
}

/** Some turns of the event loop, until it is so; who takes too many is found out by whoever asks. */
async function until(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !done(); turn++) await new Promise(setImmediate);
}
