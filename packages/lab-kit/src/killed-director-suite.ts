import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { allPids } from "@ipc-playground/libc";
import { expect, onTestFinished, test, vi } from "vitest";
import { LEDGER_FILE, objectExists, readLedger } from "./ledger.ts";
import { sweepDeadRuns } from "./run-directory.ts";

const DIRECTOR = fileURLToPath(new URL("./killed-director.js", import.meta.url));
const WITHIN = { timeout: 20_000, interval: 1 };
/** A demo may take this long, several times. */
const TIMEOUT_MS = 60_000;

export interface KilledDirectorOptions {
  /**
   * When the director dies: `working` (default), as late as this machine's pace allows, when its processes
   * should be at work; `stopped`, when it has seen that a process is stopped; `program`, when it has
   * started a program that is not the demo's own.
   */
  when?: "working" | "stopped" | "program";
  /** Demos that make no kernel object that outlives its process. Of the others, one must have been recorded. */
  withoutObjects?: readonly string[];
}

/** What every demo keeps when its director dies by kill -9: no process stays, and the next sweep leaves nothing. */
export function testKilledDirector(
  demos: Readonly<Record<string, URL>>,
  { when = "working", withoutObjects = [] }: KilledDirectorOptions = {},
): void {
  const moments = when === "working" ? ["200", "100", "50", "0"] : [when];
  test.each(Object.entries(demos))(
    `kill -9 of the director of %s (${when}), and the next sweep, leave nothing`,
    async (demo, module) => {
      const tmp = mkdtempSync(join(tmpdir(), "killed-director-"));
      onTestFinished(() => rmSync(tmp, { recursive: true, force: true }));
      const isUnderWay = () => recorded(tmp).length > 0 || withoutObjects.includes(demo);
      let killed = false;
      for (const moment of moments) {
        killed = (await direct(module, moment, tmp)) === "SIGKILL" && isUnderWay();
        if (killed) break;
      }
      expect(killed).toBe(true);
      await vi.waitUntil(() => processesOf(tmp).length === 0, WITHIN);
      const objects = recorded(tmp);
      sweep(tmp);
      expect(objects.filter(objectExists)).toEqual([]);
      expect(filesOf(tmp).filter((path) => path.includes("/"))).toEqual([]);
    },
    TIMEOUT_MS,
  );
}

/** Direct a demo until it kills itself. Returns the signal, or `null` where the demo was faster. */
async function direct(module: URL, when: string, tmp: string): Promise<string | null> {
  const env = { ...process.env, TMPDIR: tmp };
  const director = spawn(process.execPath, [DIRECTOR, module.href, when], { stdio: "ignore", env });
  onTestFinished(() => {
    director.kill("SIGKILL");
  });
  const [, signal] = (await once(director, "exit")) as [number | null, string | null];
  return signal;
}

/** What `pnpm lab clean` does, where that director kept its files. */
function sweep(tmp: string): void {
  vi.stubEnv("TMPDIR", tmp);
  try {
    sweepDeadRuns();
  } finally {
    vi.unstubAllEnvs();
  }
}

/** The objects that runs under this temporary directory were about to make. */
function recorded(tmp: string) {
  return filesOf(tmp)
    .filter((path) => path.endsWith(LEDGER_FILE))
    .flatMap((path) => readLedger(join(tmp, path, "..")));
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

function filesOf(tmp: string): string[] {
  return readdirSync(tmp, { recursive: true, encoding: "utf8" });
}
