import { appendFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { ProcessContext } from "@ipc-playground/lab-kit";
import { submitted } from "@ipc-playground/lab-kit/exercises";
import { read, watchDescriptor } from "@ipc-playground/libc";
import type { Job, Jobs } from "./jobs.ts";

type Submission = typeof import("./starter.ts");

export interface Play {
  /** How many jobs there are. None: the worker waits for one for ever. */
  jobs: number;
  /** SIGTERM comes while the first job is handed out. */
  handedOut?: true;
}

/** What the director writes to the job in hand. */
export const FINISH = "x";
export const TURN = "t";

/** Runs the submission, and keeps a journal of its jobs that survives it. */
export async function worker(context: ProcessContext): Promise<void> {
  const { work } = await submitted<Submission>(context, "work");
  // A worker that waits for a job stays alive.
  const alive = setInterval(() => {}, 1_000_000);
  await work(jobsOf(context));
  clearInterval(alive);
}

function jobsOf({ fd, text, log }: ProcessContext): Jobs {
  const play = JSON.parse(text("play")) as Play;
  const note = (what: string) => {
    appendFileSync(text("journal"), `${what}\n`);
    log.event(what);
  };
  let taken = 0;

  async function take(giveUp?: AbortSignal): Promise<Job | undefined> {
    if (play.jobs === 0) {
      note("waits for a job");
      return await aborted(giveUp);
    }
    if (taken === play.jobs) return undefined;
    const name = `job ${++taken}`;
    if (play.handedOut) {
      log.event("kill", { object: "SIGTERM to itself" });
      process.kill(process.pid, "SIGTERM");
      await turns();
    }
    note(`got ${name}`);
    return { name, run: () => run(name) };
  }

  async function run(name: string): Promise<void> {
    note(`begins ${name}`);
    for (;;) {
      const byte = await nextByte(fd("orders"));
      // Handlers of signals that came before this byte have run after this.
      await turns();
      if (byte === FINISH) break;
      note("turned");
    }
    note(`finished ${name}`);
  }
  return { take };
}

function aborted(signal?: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve(undefined);
    signal?.addEventListener("abort", () => resolve(undefined));
  });
}

/** Two: the first may still be the end of the turn in which we are. */
async function turns(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

function nextByte(fd: number): Promise<string> {
  return new Promise((resolve) => {
    const watch = watchDescriptor(fd, { readable: true }, () => {
      watch.stop();
      const byte = Buffer.alloc(1);
      read(fd, byte);
      resolve(byte.toString());
    });
  });
}
