import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { allPids, close, mqOpen, O_CLOEXEC } from "@ipc-playground/libc";
import { listOwn } from "@ipc-playground/message-queues";
import { messageQueueDemos } from "@ipc-playground/message-queues/demos";
import { expect, onTestFinished, test, vi } from "vitest";

const DIRECTOR = fileURLToPath(new URL("fixtures/director.mjs", import.meta.url));
const WITHIN = { timeout: 20_000, interval: 1 };

/** Ledger of the only run under this temporary directory: the objects that it was about to make. */
function ledger(tmp: string): { kind: string; name: string }[] {
  const files = readdirSync(tmp, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith("ledger.jsonl"),
  );
  return files.flatMap((path) =>
    readFileSync(join(tmp, path), "utf8")
      .trim()
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { kind: string; name: string }),
  );
}

/** The processes, dead ones aside, that were started with this TMPDIR. */
function processesOf(tmp: string): number[] {
  return allPids().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`TMPDIR=${tmp}`);
    } catch {
      return false;
    }
  });
}

function isThere({ kind, name }: { kind: string; name: string }): boolean {
  if (kind === "sysv-msg") return listOwn().some(({ key }) => key === Number(name));
  const queue = mqOpen(name, O_CLOEXEC);
  if (queue >= 0) close(queue);
  return queue >= 0;
}

/** How it ended: null and SIGKILL, unless the demo was faster. */
async function direct(demo: string, afterMs: number, env: NodeJS.ProcessEnv): Promise<unknown> {
  const director = spawn(process.execPath, [DIRECTOR, demo, `${afterMs}`], { stdio: "ignore", env });
  onTestFinished(() => {
    director.kill("SIGKILL");
  });
  const [, signal] = (await once(director, "exit")) as [number | null, string | null];
  return signal;
}

test.each(Object.keys(messageQueueDemos))(
  "kill -9 of the director in the middle of %s, and what lab clean does, leave nothing",
  async (demo) => {
    const tmp = mkdtempSync(join(tmpdir(), "mq-kill-"));
    onTestFinished(() => rmSync(tmp, { recursive: true, force: true }));
    const env = { ...process.env, TMPDIR: tmp };
    // As late as this machine's pace allows: its processes should be at work.
    // ftok makes no queue: it only computes keys.
    const isUnderWay = () => ledger(tmp).length > 0 || demo === "ftok";
    let killed = false;
    for (const afterMs of [200, 100, 50, 0]) {
      killed = (await direct(demo, afterMs, env)) === "SIGKILL" && isUnderWay();
      if (killed) break;
    }
    expect(killed).toBe(true);
    await vi.waitUntil(() => processesOf(tmp).length === 0, WITHIN);
    const objects = ledger(tmp);
    const clean = `import { sweepDeadRuns } from "@ipc-playground/lab-kit/runner"; sweepDeadRuns();`;
    spawnSync(process.execPath, ["--input-type=module", "-e", clean], { cwd: import.meta.dirname, env });
    expect(objects.filter(isThere)).toEqual([]);
    expect(
      readdirSync(tmp, { recursive: true, encoding: "utf8" }).filter((path) => /run-\d+/.test(path)),
    ).toEqual([]);
  },
);
