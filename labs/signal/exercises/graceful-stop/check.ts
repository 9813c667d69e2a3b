import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { type Actor, describeExit } from "@ipc-playground/lab-kit/runner";
import { check, close, ERRNO, pipe2, signalStatus, write } from "@ipc-playground/libc";
import { signalNumber } from "@ipc-playground/signals";
import { FINISH, type Play, TURN, worker } from "./worker.ts";

const JOBS = 3;
/** So long may it take until a worker has stopped, in milliseconds, when nothing keeps it. */
const STOPS_WITHIN_MS = 3_000;

export default defineExercise({
  name: "graceful-stop",
  title: "A graceful stop that loses no work",
  hints: [
    'A handler (`process.on("SIGTERM", …)`) replaces the default action: from then on the process ends only if you end it. Let the handler note that it is time to stop, and let the loop look at that between two jobs.',
    "A worker that waits in `take()` does not come by its loop. `take(giveUp)` accepts an AbortSignal: abort it in the handler. A job that you are handed all the same is yours.",
    "`process.off` brings the default action back, for the second signal and for the end: when the work is done, send yourself the signal that you received (`process.kill(process.pid, signal)`), and the kernel does the rest.",
  ],
  processes: { worker },
  schedules: {
    undisturbed: {
      says: "Without a signal, all jobs are run, and the process ends with status 0.",
      async run(context) {
        using play = new Played(context, { jobs: JOBS });
        for (let job = 1; job <= JOBS; job++) play.order(FINISH);
        await play.ends("all jobs were done");
        context.require(
          play.actor.exit?.code === 0 && play.count("finished") === JOBS,
          `${play.count("finished")} of ${JOBS} jobs were finished, and the worker ${play.end()}`,
        );
      },
    },
    inHand: {
      says: "SIGTERM in the middle of a job: that job is finished, and no other is begun.",
      run: (context) => stopsGracefully(context, "SIGTERM"),
    },
    interrupt: {
      says: "The same with SIGINT, as Ctrl-C sends it.",
      run: (context) => stopsGracefully(context, "SIGINT"),
    },
    idle: {
      says: "A worker that waits for a job stops at once.",
      async run(context) {
        using play = new Played(context, { jobs: 0 });
        await play.hears("waits for a job");
        play.signal("SIGTERM");
        await play.ends("it was waiting for a job");
        play.requireEndBy("SIGTERM");
      },
    },
    handedOut: {
      says: "A job that is handed out at the moment of the signal is run.",
      async run(context) {
        using play = new Played(context, { jobs: JOBS, handedOut: true });
        await play.hears("got job 1");
        play.order(FINISH);
        await play.ends("its job was finished");
        context.require(
          play.count("finished") === 1,
          "the worker was handed job 1 as the signal came, and did not run it: the job is lost",
        );
        play.requireEndBy("SIGTERM");
      },
    },
    impatient: {
      says: "A second SIGTERM ends it in the middle of the job.",
      async run(context) {
        using play = new Played(context, { jobs: JOBS });
        await play.hears("begins job 1");
        await play.signalAndTurn("SIGTERM");
        play.signal("SIGTERM");
        await play.ends("SIGTERM was sent a second time");
        play.requireEndBy("SIGTERM");
        context.require(play.count("finished") === 0, "the worker waited for the job to be finished");
      },
    },
  },
  starter: { schedule: "inHand", observed: /^the worker was ended by SIGTERM in the middle of job 1/ },
  wrong: {
    "exits-in-the-handler": { schedule: "inHand", observed: /in the middle of job 1/ },
    "looks-too-late": { schedule: "inHand", observed: /^after SIGTERM the worker began job 2/ },
    "status-zero": {
      schedule: "inHand",
      observed: /^the worker exited with status 0, and was to be ended by SIGTERM/,
    },
    "only-sigterm": {
      schedule: "interrupt",
      observed: /^the worker was ended by SIGINT in the middle of job 1/,
    },
    "waits-for-one-more": {
      schedule: "idle",
      observed: /^the worker is still running .* although it was waiting for a job$/,
    },
    "drops-a-job": { schedule: "handedOut", observed: /the job is lost$/ },
    "deaf-to-the-second": { schedule: "impatient", observed: /^the worker is still running / },
  },
});

type Context = ExerciseContext<"worker">;

async function stopsGracefully(context: Context, signal: NodeJS.Signals): Promise<void> {
  using play = new Played(context, { jobs: JOBS });
  await play.hears("begins job 1");
  await play.signalAndTurn(signal);
  if (play.actor.running) play.order(FINISH);
  await play.ends("its job was finished", () => play.count("begins") > 1);
  context.require(play.count("begins") < 2, `after ${signal} the worker began job 2`);
  context.require(play.count("finished") === 1, `the worker ${play.end()} in the middle of job 1`);
  play.requireEndBy(signal);
}

/** One worker, as a schedule sees it. */
class Played implements Disposable {
  readonly actor: Actor;
  readonly #context: Context;
  readonly #journal: string;
  readonly #orders: number;

  constructor(context: Context, play: Play) {
    this.#context = context;
    this.#journal = join(context.scratch(), "journal");
    const ends = pipe2();
    if (typeof ends === "number") throw new Error(`pipe2 failed: ${ends}`);
    this.#orders = ends[1];
    const args = { play: JSON.stringify(play), journal: this.#journal };
    this.actor = context.start("worker", { fds: { orders: ends[0] }, args });
    close(ends[0]);
  }

  order(byte: string): void {
    const result = write(this.#orders, Buffer.from(byte));
    // A worker that has ended needs no orders.
    if (result !== -(ERRNO.EPIPE as number))
      check(result, { syscall: "write", doing: "tell the job to go on" });
  }

  signal(signal: NodeJS.Signals): void {
    this.#context.log.event("kill", { object: `${signal} to worker` });
    this.actor.kill(signal);
  }

  /** Send it, and wait until the handlers that there are have run, or the process has ended. */
  async signalAndTurn(signal: NodeJS.Signals): Promise<void> {
    this.signal(signal);
    const number = signalNumber(signal);
    await this.#context.until(() => !signalStatus(this.actor.pid)?.pendingForProcess.includes(number), {
      what: `${signal} to be delivered`,
    });
    this.order(TURN);
    await this.#context.until(() => this.count("turned") > 0 || !this.actor.running, {
      what: "the event loop to turn",
    });
  }

  async hears(line: string): Promise<void> {
    await this.#context.until(() => this.#lines().includes(line) || !this.actor.running, {
      what: `the worker to say "${line}"`,
    });
  }

  count(word: string): number {
    return this.#lines().filter((line) => line.startsWith(word)).length;
  }

  /** Wait for its end, and say so if it does not come. */
  async ends(although: string, orElse: () => boolean = () => false): Promise<void> {
    const deadline = performance.now() + STOPS_WITHIN_MS;
    const { until } = this.#context;
    await until(() => !this.actor.running || orElse() || performance.now() > deadline, {
      what: "the worker",
    });
    const still = this.actor.running && !orElse();
    this.#context.require(
      !still,
      `the worker is still running after ${STOPS_WITHIN_MS / 1_000} s (${this.actor.whereabouts()}), although ${although}`,
    );
  }

  end(): string {
    return this.actor.exit ? describeExit(this.actor.exit) : "is still running";
  }

  requireEndBy(signal: NodeJS.Signals): void {
    this.#context.require(
      this.actor.exit?.signal === signal,
      `the worker ${this.end()}, and was to be ended by ${signal}: its parent has to learn why`,
    );
  }

  [Symbol.dispose](): void {
    close(this.#orders);
  }

  #lines(): string[] {
    try {
      return readFileSync(this.#journal, "utf8").split("\n");
    } catch {
      return [];
    }
  }
}
