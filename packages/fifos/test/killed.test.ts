import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fifoDemos } from "@ipc-playground/fifos/demos";
import { sweepDeadRuns } from "@ipc-playground/lab-kit/runner";
import { allPids, processStat } from "@ipc-playground/libc";
import { expect, onTestFinished, test, vi } from "vitest";
import { ownFolder } from "./own-fifo.ts";

const DIRECTOR = fileURLToPath(new URL("./fixtures/director.mjs", import.meta.url));

/** The processes, dead ones aside, that were started with this TMPDIR. */
function processesOf(tmp: string): number[] {
  return allPids().filter((pid) => {
    try {
      const marks = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      return marks.includes(`TMPDIR=${tmp}`) && processStat(pid)?.state !== "Z";
    } catch {
      return false;
    }
  });
}

function filesOf(tmp: string): string[] {
  return readdirSync(tmp, { recursive: true, encoding: "utf8" });
}

test.each(Object.entries(fifoDemos))(
  "kill -9 of the director in the middle of %s leaves no process, and a sweep leaves no file",
  async (_name, module) => {
    const tmp = ownFolder();
    const director = spawn(process.execPath, [DIRECTOR, module.href], {
      stdio: "ignore",
      env: { ...process.env, TMPDIR: tmp },
    });
    onTestFinished(() => {
      director.kill("SIGKILL");
    });
    const exit = once(director, "exit");
    const isInTheMiddle = () => processesOf(tmp).some((pid) => pid !== director.pid);
    await vi.waitUntil(() => isInTheMiddle() || director.signalCode !== null, {
      timeout: 20_000,
      interval: 1,
    });
    director.kill("SIGKILL");
    expect(await exit).toEqual([null, "SIGKILL"]);
    await vi.waitUntil(() => processesOf(tmp).length === 0, { timeout: 20_000, interval: 5 });
    vi.stubEnv("TMPDIR", tmp);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    expect(sweepDeadRuns()).toEqual([expect.stringContaining(tmp)]);
    expect(filesOf(tmp).filter((path) => path.includes("/"))).toEqual([]);
  },
);
