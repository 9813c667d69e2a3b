import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sweepDeadRuns } from "@ipc-playground/lab-kit/runner";
import { allPids, processStat } from "@ipc-playground/libc";
import { findNative } from "@ipc-playground/signals";
import { signalDemos } from "@ipc-playground/signals/demos";
import { expect, onTestFinished, test, vi } from "vitest";

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

/** Direct a demo up to some moment, die there, and see that nobody and nothing is left. */
async function dieIn(module: URL, when: "first" | "stopped" | "step" | "program"): Promise<void> {
  const tmp = mkdtempSync(join(tmpdir(), "signals-test-"));
  onTestFinished(() => rmSync(tmp, { recursive: true, force: true }));
  const director = spawn(process.execPath, [DIRECTOR, module.href, when], {
    stdio: "ignore",
    env: { ...process.env, TMPDIR: tmp },
  });
  onTestFinished(() => {
    director.kill("SIGKILL");
  });
  const exit = once(director, "exit");
  if (when === "first") {
    await vi.waitUntil(() => processesOf(tmp).some((pid) => pid !== director.pid), {
      timeout: 20_000,
      interval: 1,
    });
    director.kill("SIGKILL");
  }
  expect(await exit).toEqual([null, "SIGKILL"]);
  await vi.waitUntil(() => processesOf(tmp).length === 0, { timeout: 20_000, interval: 5 });
  vi.stubEnv("TMPDIR", tmp);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  sweepDeadRuns();
  expect(
    readdirSync(tmp, { recursive: true, encoding: "utf8" }).filter((path) => path.includes("/")),
  ).toEqual([]);
}

const { numbers, status, groups, ...others } = signalDemos;
const compiled = findNative("receiver").kind === "ready";
const needC = ["nested", "safety", "thread", "values", "queue", "priority", "limit", "shell"];

test.each(Object.entries({ ...others, groups }).filter(([name]) => compiled || !needC.includes(name)))(
  "kill -9 of the director in the middle of %s leaves nothing behind",
  (_name, module) => dieIn(module, "first"),
);

// Programs that are not the demo's own, too short-lived to be met from outside.
test.each(Object.entries({ numbers, status }))(
  "kill -9 of the director while a program of %s runs leaves nothing behind",
  (_name, module) => dieIn(module, "program"),
);

test.each(
  ["merge", "uncatchable", "children", "queue", "priority", "limit"]
    .filter((name) => compiled || !needC.includes(name))
    .map((name) => [name, signalDemos[name as keyof typeof signalDemos]] as const),
)("kill -9 of the director while %s has a stopped process ends that process, too", (_name, module) =>
  dieIn(module, "stopped"),
);

test("kill -9 of the director with an orphan about leaves nothing behind", () => dieIn(groups, "program"));
