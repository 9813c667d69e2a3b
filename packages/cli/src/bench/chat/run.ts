import { randomInt } from "node:crypto";
import { bytesText, defaultPlacement } from "@ipc-playground/bench-kit/run";
import { DEFAULT_LIMITS } from "@ipc-playground/chat";
import { SHORTEST_TEXT_BYTES } from "@ipc-playground/chat/bench";
import { IpcError } from "@ipc-playground/contract";
import { EXIT } from "../../exit.ts";
import { userPath } from "../../files.ts";
import { screen } from "../../terminal.ts";
import { untilInterrupted } from "../interrupt.ts";
import { assertNew, writeNew } from "../new-file.ts";
import { CHAT } from "../registry.ts";
import type { BenchOptions } from "../run.ts";
import { checkAlone, checkOneProfile, checkWithout } from "../usage.ts";
import { measure } from "./measure.ts";
import { report } from "./report.ts";

const WINDOWS = [1, 8, 200];
const SIZES = [64, 1_024];
/** As many as come at once in the rush hour of a small server. */
const AT_ONCE = 16;

/** Some three minutes. */
const QUICK = { receivers: [10, 100], idle: 1_000, runs: 5, warmMs: 100, timedMs: 100 };

/** A quarter of an hour. */
const FULL = { receivers: [10, 100, 1_000], idle: 5_000, runs: 5, warmMs: 250, timedMs: 500 };

/** `pnpm bench chat`. Returns the exit status. */
export async function benchChat(names: readonly string[], options: BenchOptions): Promise<number> {
  checkUsage(names, options);
  const json = options.json && userPath(options.json);
  if (json !== undefined) assertNew(json);
  const { warmMs, timedMs, ...profile } = options.full ? FULL : QUICK;
  const result = await untilInterrupted((signal, display) =>
    measure({
      plan: {
        seed: options.seed ?? randomInt(2 ** 32),
        runs: options.runs ?? profile.runs,
        warmMs,
        timedMs,
        placement: options.placement?.[0] ?? defaultPlacement(),
        receivers: options.receivers ?? profile.receivers,
        windows: options.window ?? WINDOWS,
        sizes: options.size ?? SIZES,
        idle: options.idle ?? profile.idle,
        atOnce: AT_ONCE,
      },
      commandLine: ["pnpm", "bench", ...process.argv.slice(3)],
      onProgress: (progress) => display.update(progress),
      signal,
    }),
  );
  if (typeof result === "number") return result;
  console.log(report(result, screen()));
  if (json !== undefined) writeNew(json, `${JSON.stringify(result)}\n`);
  return result.failures.length > 0 ? EXIT.failed : EXIT.ok;
}

/** @throws {IpcError} BAD_USAGE */
function checkUsage(names: readonly string[], options: BenchOptions): void {
  checkAlone(CHAT, names);
  checkOneProfile(options);
  checkWithout(CHAT, ["continue", "load", "mode", "chunk", "hgrm"], options);
  if ((options.placement?.length ?? 1) > 1) {
    throw new IpcError("BAD_USAGE", `${CHAT} is measured in one placement at a time`, "name one");
  }
  const most = DEFAULT_LIMITS.textBytes;
  for (const bytes of options.size ?? []) {
    if (bytes >= SHORTEST_TEXT_BYTES && bytes <= most) continue;
    throw new IpcError(
      "BAD_USAGE",
      `a text of ${bytesText(bytes)} cannot be measured`,
      `a text has its number at both ends, and the server takes so much: ${SHORTEST_TEXT_BYTES} to ${most} bytes`,
    );
  }
}
