import { spawn } from "node:child_process";
import { IpcError } from "@ipc-playground/contract";
import { type Answer, COUNTING_FLAGS, type Job, PROGRAM } from "@ipc-playground/framing/bench";

/** Who has not answered by then is stuck, or quadratic. In milliseconds. */
const WATCHDOG_MS = 60_000;
/** How much of a process's last words is kept, in characters. */
const STDERR_KEPT = 2_000;

export type Measured = Exclude<Answer, { kind: "failed" }>;

/**
 * One contender in a fresh process, which is gone when this settles.
 *
 * @throws {IpcError} BENCH_ROW_FAILED: it failed, or the watchdog ended it.
 * @throws the signal's reason, when it was aborted.
 */
export async function launch(job: Job, signal: AbortSignal): Promise<Measured> {
  signal.throwIfAborted();
  // A process group of its own: Ctrl-C reaches the coordinator only. Its standard input ends with us.
  const child = spawn(
    process.execPath,
    [...(job.what === "memory" ? COUNTING_FLAGS : []), PROGRAM, JSON.stringify(job)],
    { stdio: ["pipe", "pipe", "pipe"], detached: true },
  );
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] = (texts[name] + text).slice(-STDERR_KEPT);
    });
  }
  let stuck = false;
  const kill = () => child.kill("SIGKILL");
  const watchdog = setTimeout(() => {
    stuck = true;
    kill();
  }, WATCHDOG_MS);
  signal.addEventListener("abort", kill);
  try {
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", () => resolve());
    });
  } finally {
    clearTimeout(watchdog);
    signal.removeEventListener("abort", kill);
  }
  signal.throwIfAborted();
  if (stuck) throw failed(`not done within ${WATCHDOG_MS / 1_000} s`);
  return answerIn(texts);
}

function answerIn({ stdout, stderr }: { stdout: string; stderr: string }): Measured {
  if (stdout === "") throw failed(`the process ended early (${stderr.trim().split("\n").at(-1) ?? ""})`);
  const answer = JSON.parse(stdout) as Answer;
  if (answer.kind === "failed") throw failed(answer.reason);
  return answer;
}

function failed(reason: string): IpcError {
  return new IpcError(
    "BENCH_ROW_FAILED",
    reason,
    "run packages/framing/dist/bench/main.js with its job to see more",
  );
}
