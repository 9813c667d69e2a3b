import { randomInt } from "node:crypto";
import { bytesText } from "@ipc-playground/bench-kit/run";
import { IpcError } from "@ipc-playground/contract";
import { EXIT } from "../../exit.ts";
import { userPath } from "../../files.ts";
import { screen } from "../../terminal.ts";
import { untilInterrupted } from "../interrupt.ts";
import { assertNew, writeNew } from "../new-file.ts";
import { FRAMING } from "../registry.ts";
import type { BenchOptions } from "../run.ts";
import { checkAlone, checkNotOfChat, checkOneProfile, checkWithout } from "../usage.ts";
import { measure } from "./measure.ts";
import { report } from "./report.ts";

/** Under a minute: the sizes at which decoders differ most. */
const QUICK = { sizes: [100], chunks: [1, 65_536], runs: 5, warmMs: 50, timedMs: 50 };

/** The whole sweep: half an hour, most of it for those that are quadratic. */
const FULL = {
  sizes: [20, 100, 1024, 65_536],
  chunks: [1, 100, 4096, 65_536],
  runs: 5,
  warmMs: 100,
  timedMs: 100,
};

/** The longest message, and the longest chunk, in bytes. The longest line, unless an option says otherwise. */
const MAX_BYTES = 65_536;

/** `pnpm bench framing`. Returns the exit status. */
export async function benchFraming(names: readonly string[], options: BenchOptions): Promise<number> {
  checkUsage(names, options);
  const json = options.json && userPath(options.json);
  if (json !== undefined) assertNew(json);
  const profile = options.full ? FULL : QUICK;
  const { warmMs, timedMs } = profile;
  const result = await untilInterrupted((signal, display) =>
    measure({
      plan: {
        seed: options.seed ?? randomInt(2 ** 32),
        runs: options.runs ?? profile.runs,
        warmMs,
        timedMs,
        sizes: options.size ?? profile.sizes,
        chunks: options.chunk ?? profile.chunks,
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
  checkAlone(FRAMING, names);
  checkOneProfile(options);
  checkNotOfChat(options);
  checkWithout(FRAMING, ["continue", "load", "mode", "placement", "hgrm"], options);
  for (const bytes of [...(options.size ?? []), ...(options.chunk ?? [])]) {
    if (bytes <= MAX_BYTES) continue;
    throw new IpcError(
      "BAD_USAGE",
      `${bytesText(bytes)} is more than ${FRAMING} is measured with`,
      `give sizes and chunks up to ${bytesText(MAX_BYTES)}`,
    );
  }
}
