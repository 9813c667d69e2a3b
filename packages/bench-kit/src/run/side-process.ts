import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { IpcError } from "@ipc-playground/contract";
import { blockedCall } from "@ipc-playground/libc";
import {
  CONTROL_FD,
  type RunCommand,
  type SideAnswer,
  type SideJob,
  type SideRun,
  THREAD_CONTROL_FDS,
} from "../side/protocol.ts";

const MAIN = fileURLToPath(new URL("../side/main.js", import.meta.url));
const THREADS_MAIN = fileURLToPath(new URL("../side/threads-main.js", import.meta.url));

/**
 * The command that starts a program, by way of another one: `["strace", "-D"]`. That one has to become
 * the program, as `exec` does, and not to be its parent: a side looks who that is.
 */
export function commandUnder(
  under: readonly string[] | undefined,
  program: string,
  programArgs: readonly string[],
): { file: string; args: string[] } {
  const [file = program, ...args] = [...(under ?? []), program, ...programArgs];
  return { file, args };
}

export interface SpawnOptions {
  /** A command that runs the process: see {@link commandUnder}. */
  under?: readonly string[] | undefined;
  env?: Readonly<Record<string, string>> | undefined;
}

/** Start one side as a process of its own, with these descriptors. */
export function startProcess(job: SideJob, fds: readonly number[], options: SpawnOptions): SideProcess {
  return new SideProcess(job.role, spawnMain(MAIN, job, ["pipe", ...fds], options), CONTROL_FD);
}

/** Start both sides as threads of one process. */
export function startThreads(a: SideJob, b: SideJob, options: SpawnOptions): Record<"a" | "b", SideProcess> {
  const child = spawnMain(THREADS_MAIN, { a, b }, ["pipe", "pipe"], options);
  return {
    a: new SideProcess("a", child, THREAD_CONTROL_FDS.a),
    b: new SideProcess("b", child, THREAD_CONTROL_FDS.b),
  };
}

function spawnMain(
  main: string,
  job: object,
  fds: readonly (number | "pipe")[],
  { under, env }: SpawnOptions,
): ChildProcess {
  const { file, args } = commandUnder(under, process.execPath, [main, JSON.stringify(job)]);
  return spawn(file, args, {
    stdio: ["ignore", "ignore", "pipe", ...fds],
    env: { ...process.env, ...env },
    // A process group of its own: Ctrl-C reaches the coordinator only, which ends its children itself.
    detached: true,
  });
}

/** How much of a process's last words is kept, in characters. */
const STDERR_KEPT = 2000;

/** One side's process, or the one that its thread is in, as the coordinator sees it. */
export class SideProcess {
  readonly #child: ChildProcess;
  readonly #control: Duplex;
  readonly #answers: SideAnswer[] = [];
  readonly #role: string;
  #tid: number | undefined;
  #waiting: (() => void) | undefined;
  #stderr = "";
  #ended: string | undefined;
  /** Settles when the process is gone and has been waited for. */
  readonly gone: Promise<void>;

  constructor(role: "a" | "b", child: ChildProcess, controlFd: number) {
    this.#role = role.toUpperCase();
    this.#child = child;
    this.#control = child.stdio[controlFd] as Duplex;
    // The process may be killed while a command is on its way; its end is reported by "close".
    const ignore = () => {};
    this.#control.on("error", ignore);
    createInterface({ input: this.#control })
      .on("error", ignore)
      .on("line", (line) => {
        this.#answers.push(JSON.parse(line) as SideAnswer);
        this.#waiting?.();
      });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    this.gone = new Promise((resolve) => {
      this.#child.once("error", (error) => this.#end(`could not be started: ${error.message}`, resolve));
      this.#child.once("close", (code, signal) =>
        this.#end(signal ? `was ended by ${signal}` : `ended with exit code ${code}`, resolve),
      );
    });
  }

  #end(how: string, resolve: () => void): void {
    this.#ended = how;
    this.#waiting?.();
    resolve();
  }

  /** The processors it may run on, once it is connected. */
  async ready(): Promise<number[]> {
    const answer = await this.#next();
    if (!("ready" in answer)) return [];
    this.#tid = answer.ready.tid;
    return answer.ready.cpus;
  }

  async run(command: RunCommand): Promise<SideRun> {
    this.#control.write(`${JSON.stringify(command)}\n`);
    const answer = await this.#next();
    if ("ran" in answer) return answer.ran;
    throw new TypeError(`side ${this.#role} answered a run with ${JSON.stringify(answer)}`);
  }

  /** Let the process end by itself: there are no more commands. */
  finish(): void {
    this.#control.end();
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** What it is doing, for somebody who waits in vain: `A is in read(2)`. */
  whereabouts(): string {
    if (this.#ended) return `${this.#role} ${this.#ended}`;
    const call = blockedCall(this.#tid ?? this.#child.pid ?? 0);
    return `${this.#role} ${call ? `is in ${call.syscall}(2)` : "is running"}`;
  }

  async #next(): Promise<Exclude<SideAnswer, { failed: unknown }>> {
    while (this.#answers.length === 0 && this.#ended === undefined) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    const answer = this.#answers.shift();
    if (answer === undefined) throw this.#endedEarly();
    if ("failed" in answer) {
      const { fact, nextStep } = answer.failed;
      throw new IpcError("BENCH_ROW_FAILED", `side ${this.#role}: ${fact}`, nextStep);
    }
    return answer;
  }

  #endedEarly(): IpcError {
    const lines = this.#stderr.trim().split("\n");
    // Node's own last line after an error is its version.
    const words = lines.findLast((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1);
    return new IpcError(
      "BENCH_ROW_FAILED",
      `side ${this.#role} ${this.#ended}${words ? ` (${words})` : ""}`,
      "its bench.ts has to keep the process until the run is over",
    );
  }
}
