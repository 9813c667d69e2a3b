import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { check, getAffinity, setAffinity } from "@ipc-playground/libc";
import { failed } from "./failed.ts";

/** How much of a process's last words is kept, in characters. */
const STDERR_KEPT = 2_000;
/** Who has not ended this long after its input did is killed, in milliseconds. */
const END_MS = 2_000;

export interface StartOptions {
  /** The only processor that it may run on, all its threads. Default: any. */
  cpu?: number | undefined;
  /** Kills it. */
  signal: AbortSignal;
}

/** A process that prints one line, and ends when its standard input does: then also when this process is killed. */
export class BenchProcess implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #signal: AbortSignal;
  readonly #closed: Promise<void>;
  #stdout = "";
  #stderr = "";
  #failure: string | undefined;

  constructor([command, ...args]: readonly [string, ...string[]], { cpu, signal }: StartOptions) {
    signal.throwIfAborted();
    this.#signal = signal;
    // A process group of its own: Ctrl-C reaches the coordinator only.
    const start = () => spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], detached: true });
    this.#child = cpu === undefined ? start() : onProcessor(cpu, start);
    const { stdin, stdout, stderr } = this.#child;
    // It may be gone before its input is ended.
    stdin.on("error", () => {});
    stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#stdout += text;
    });
    stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    this.#child.once("error", ({ message }) => {
      this.#failure = `could not be started: ${message}`;
    });
    this.#closed = once(this.#child, "close").then(
      () => {},
      () => {},
    );
    signal.addEventListener("abort", this.#kill);
    void this.#closed.then(() => signal.removeEventListener("abort", this.#kill));
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** The processors that it may run on, as the kernel has them. */
  get cpus(): number[] {
    const cpus = getAffinity(this.pid);
    return typeof cpus === "number" ? [] : cpus;
  }

  /**
   * The line that it prints.
   *
   * @throws {IpcError} BENCH_ROW_FAILED: it ended without one, or did not print one in time.
   */
  async line(withinMs: number): Promise<string> {
    const late = AbortSignal.timeout(withinMs);
    await Promise.race([this.#closed, this.#hasLine(), once(late, "abort")]);
    this.#signal.throwIfAborted();
    const end = this.#stdout.indexOf("\n");
    if (end >= 0) return this.#stdout.slice(0, end);
    if (late.aborted) throw failed(`no answer within ${withinMs / 1_000} s`);
    const words = this.#failure ?? lastWords(this.#stderr);
    throw failed(`the process ended early${words ? `: ${words}` : ""}`);
  }

  /** End its input, and wait until it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    const watchdog = setTimeout(this.#kill, END_MS);
    await this.#closed;
    clearTimeout(watchdog);
  }

  async #hasLine(): Promise<void> {
    while (!this.#stdout.includes("\n")) await once(this.#child.stdout, "data");
  }

  readonly #kill = () => {
    this.#child.kill("SIGKILL");
  };
}

/** The error that a process died of. Node says its own version after it. */
function lastWords(stderr: string): string | undefined {
  const lines = stderr.trim().split("\n");
  return lines.findLast((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1);
}

/** What is started here inherits the affinity of this thread, and so do all threads that it ever starts. */
function onProcessor<T>(cpu: number, start: () => T): T {
  const before = getAffinity(0);
  check(setAffinity(0, [cpu]), { syscall: "sched_setaffinity", doing: `run on processor ${cpu}` });
  try {
    return start();
  } finally {
    if (typeof before !== "number") setAffinity(0, before);
  }
}
