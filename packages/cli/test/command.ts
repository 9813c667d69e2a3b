import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { allPids } from "@ipc-playground/libc";
import { expect, onTestFinished } from "vitest";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

export interface Finished {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** A temporary directory that is the TMPDIR of the commands under test, and so also their mark in /proc. */
export function ownTmp(): string {
  const tmp = mkdtempSync(join(tmpdir(), "cli-test-"));
  onTestFinished(() => rmSync(tmp, { recursive: true, force: true }));
  return tmp;
}

function environment(tmp: string | undefined, extra: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NO_COLOR: _, FORCE_COLOR: __, INIT_CWD: ___, COLUMNS: ____, ...rest } = process.env;
  return { ...rest, ...(tmp && { TMPDIR: tmp }), ...extra };
}

/** Run a command to its end. */
export function run(
  args: string[],
  options: { tmp?: string; input?: string; env?: NodeJS.ProcessEnv } = {},
): Finished {
  return spawnSync(process.execPath, [MAIN, ...args], {
    encoding: "utf8",
    input: options.input ?? "",
    env: environment(options.tmp, options.env ?? {}),
    maxBuffer: 64 << 20,
    timeout: 60_000,
  });
}

/** Start a command; the test does the rest. */
export function begin(args: string[], tmp: string) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: environment(tmp, {}),
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

/** The processes, dead ones aside, that were started with this TMPDIR. */
export function processesOf(tmp: string): number[] {
  return allPids().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`TMPDIR=${tmp}`);
    } catch {
      return false;
    }
  });
}

/** Nothing is left: no process, no file. */
export function expectNothingLeft(tmp: string): void {
  expect(processesOf(tmp)).toEqual([]);
  const files = readdirSync(tmp, { recursive: true, encoding: "utf8" }).filter((path) =>
    /run-\d+/.test(path),
  );
  expect(files).toEqual([]);
}
