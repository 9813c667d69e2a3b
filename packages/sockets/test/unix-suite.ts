import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IpcError } from "@ipc-playground/contract";
import { blockedCall, processStat } from "@ipc-playground/libc";
import { onTestFinished, vi } from "vitest";

export const WITHIN = { timeout: 20_000, interval: 1 };

/** A folder for socket paths that goes with the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "sockets-test-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** What is disposed when the test ends. */
export function owned<T extends Disposable>(thing: T): T {
  onTestFinished(() => thing[Symbol.dispose]());
  return thing;
}

/** The code with which something fails, or `"nothing"`. */
export function codeOf(action: () => unknown): string {
  try {
    action();
    return "nothing";
  } catch (error) {
    if (error instanceof IpcError) return error.code;
    throw error;
  }
}

/** A text that came, or the kind of what came instead. */
export function said(result: { kind: string; bytes?: Uint8Array } | number): string {
  if (typeof result === "number") return `${result}`;
  return result.kind === "message" ? Buffer.from(result.bytes ?? []).toString() : result.kind;
}

/** A program of Node or Python with these arguments and, from 3 on, these descriptors. */
export function child(
  language: "node" | "python3",
  program: string,
  args: readonly string[] = [],
  fds: number[] = [],
) {
  const [command, flags] =
    language === "python3"
      ? ["python3", ["-c", program]]
      : [
          process.execPath,
          ["--input-type=module", "-e", `import * as s from "@ipc-playground/sockets";${program}`],
        ];
  const started = spawn(command, [...flags, ...args], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit", ...fds],
  });
  onTestFinished(() => {
    started.kill("SIGKILL");
  });
  let printed = "";
  started.stdout?.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  const ended = once(started, "close").then(() => printed.trim());
  return {
    started,
    ended,
    printed: (text: string) => vi.waitUntil(() => printed.includes(text), WITHIN),
    asleepIn: (call: string) =>
      vi.waitUntil(
        () =>
          processStat(started.pid as number)?.state === "S" &&
          blockedCall(started.pid as number)?.syscall === call,
        WITHIN,
      ),
  };
}
