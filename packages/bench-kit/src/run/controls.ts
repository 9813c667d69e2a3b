import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Control } from "./result.ts";

const MAIN = fileURLToPath(new URL("./controls-main.js", import.meta.url));

/** Long enough for the slowest machine; the controls take about 0.1 s for each size. */
const WATCHDOG_MS = 30_000;

/** The cost of what surrounds a mechanism, so that it is not blamed for it. In a fresh process. */
export async function measureControls(sizes: readonly number[], signal?: AbortSignal): Promise<Control[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, JSON.stringify(sizes)], {
    timeout: WATCHDOG_MS,
    ...(signal && { signal }),
  });
  return JSON.parse(stdout) as Control[];
}
