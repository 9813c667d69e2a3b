import { spawn, spawnSync } from "node:child_process";
import { IpcError } from "@ipc-playground/contract";
import { onTestFinished } from "vitest";

/** How a process ended: `"0"`, `"SIGSEGV"`, `"status 3: …"` with its last words; and what it printed. */
export interface Ended {
  how: string;
  printed: string;
}

const PRELUDE = `import * as shm from "@ipc-playground/shared-memory";
  const [place, driver] = process.argv.slice(1);
  const codeOf = (action) => {
    try { action(); return "nothing was thrown"; } catch (error) { return error.code ?? error.name; }
  };
  `;

/** Run a program in a Node of its own, with the package as `shm` and the arguments as `place` and `driver`. */
export function run(program: string, ...args: string[]): Ended {
  return runCommand(process.execPath, ["--input-type=module", "-e", PRELUDE + program, ...args]);
}

/** The same in namespaces of its own (unshare(1)), after a shell has prepared them. `undefined`: not allowed here. */
export function runApart(
  flags: string,
  prepare: string,
  program: string,
  ...args: string[]
): Ended | undefined {
  const shell = `set -e; ${prepare}; echo prepared; exec "$@"`;
  const node = [process.execPath, "--input-type=module", "-e", PRELUDE + program, ...args];
  const { how, printed } = runCommand("unshare", [flags, "sh", "-c", shell, "sh", ...node]);
  if (!printed.startsWith("prepared")) return undefined;
  return { how, printed: printed.replace("prepared", "").trim() };
}

export function runCommand(command: string, args: readonly string[]): Ended {
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    cwd: import.meta.dirname,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 20_000,
    killSignal: "SIGKILL",
  });
  if (error && !("code" in error && error.code === "ENOENT")) throw error;
  const how = signal ?? (status === 0 ? "0" : `status ${status}: ${stderr}`);
  return { how, printed: (stdout ?? "").trim() };
}

/** Start it, without waiting: what it printed, when it has ended. */
export function startNode(program: string, ...args: string[]): Promise<string> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", PRELUDE + program, ...args], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  return new Promise((resolve) => child.on("close", () => resolve(printed.trim())));
}

export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof IpcError) return `${error.code} ${error.errno ?? ""}`.trim();
    throw error;
  }
  return "nothing was thrown";
}
