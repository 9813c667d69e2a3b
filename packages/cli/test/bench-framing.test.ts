import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CONTENDERS } from "@ipc-playground/framing/bench";
import { expect, onTestFinished, test } from "vitest";
import { planned } from "../src/bench/framing/plan.ts";
import { report } from "../src/bench/framing/report.ts";
import type { FramingResult, Launch } from "../src/bench/framing/result.ts";
import { begin, expectNothingLeft, ownTmp, processesOf, run } from "./command.ts";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "ipc-playground-test-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test.each([
  [["framing", "pipe"], "measure it alone"],
  [["framming"], 'did you mean "framing"?'],
  [["framing", "--mode", "blocking"], "--mode says nothing for framing"],
  [["framing", "--continue", "r.json"], "--continue says nothing for framing"],
  [["framing", "--placement", "same-core"], "--placement says nothing for framing"],
  [["framing", "--size", "1M"], "1 MiB is more than framing is measured with"],
  [["framing", "--chunk", "0"], '"0" is no size for a chunk'],
  [["framing", "--quick", "--full"], "exclude each other"],
  [["pipe", "--chunk", "1"], "--chunk is for framing only"],
] as const)("bench %j is refused before anything is measured", (args, words) => {
  const { status, stdout, stderr } = run(["bench", ...args]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr.toLowerCase()).toContain(words.toLowerCase());
});

test("a file that exists is left alone", () => {
  const { status, stderr } = run(["bench", "framing", "--json", MAIN]);
  expect(status).toBe(1);
  expect(stderr).toContain("never overwritten");
});

test("the seed alone decides the order, and every block has every contender once", () => {
  const order = planned([20, 100], [1, 64], 3, 7);
  expect(planned([20, 100], [1, 64], 3, 7)).toEqual(order);
  expect(planned([20, 100], [1, 64], 3, 8)).not.toEqual(order);
  const rows = (block: number) =>
    order
      .filter((one) => one.block === block)
      .map(({ block: _, what: __, ...row }) => JSON.stringify(row))
      .toSorted();
  for (const block of [1, 2, 3]) expect(rows(block)).toEqual(rows(0));
  expect(new Set(rows(0)).size).toBe(rows(0).length);
});

test("every contender passes the gate, is measured, printed within 80 columns and saved", async () => {
  const json = join(folder(), "r.json");
  const tmp = ownTmp();
  const child = begin(
    ["bench", "framing", "--runs", "1", "--size", "100", "--chunk", "64k", "--json", json],
    tmp,
  );
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  const [status] = (await once(child, "close")) as [number];
  expect(status).toBe(0);
  expect(stdout).not.toContain("\x1b");
  for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  const saved = JSON.parse(readFileSync(json, "utf8")) as FramingResult;
  expect(saved.failures).toEqual([]);
  const names = ({ does, contender }: { does: string; contender: string }) => `${does} ${contender}`;
  const all = CONTENDERS.map(({ does, name }) => `${does} ${name}`).toSorted();
  expect(saved.launches.map(names).toSorted()).toEqual(all);
  expect(saved.memory.map(names).toSorted()).toEqual(all);
  expectNothingLeft(tmp);
}, 300_000);

test("SIGINT ends every process, saves nothing and exits with 130", async () => {
  const json = join(folder(), "r.json");
  const tmp = ownTmp();
  const child = begin(["bench", "framing", "--json", json], tmp);
  await once(child.stderr, "data");
  child.kill("SIGINT");
  const [status] = (await once(child, "close")) as [number];
  expect(status).toBe(130);
  expect(existsSync(json)).toBe(false);
  expect(processesOf(tmp)).toEqual([]);
});

test("a coordinator that is killed takes its process along", async () => {
  const tmp = ownTmp();
  const child = begin(["bench", "framing"], tmp);
  await once(child.stderr, "data");
  child.kill("SIGKILL");
  await once(child, "close");
  await expect.poll(() => processesOf(tmp), { timeout: 10_000 }).toEqual([]);
});

/** A result with these speeds, in millions a second, of two contenders in each of some launches. */
function resultWith(speeds: Record<string, number[]>): FramingResult {
  const launches: Launch[] = Object.entries(speeds).flatMap(([contender, values]) =>
    values.map((value, block) => ({
      contender,
      does: "decode" as const,
      size: 100,
      chunk: 1,
      block,
      order: block,
      frames: value * 1_000_000,
      cpuNs: 1e9,
      ns: 1e9,
    })),
  );
  const plan = { seed: 1, runs: 2, warmMs: 1, timedMs: 1, sizes: [100], chunks: [1] };
  const machine = { cpu: "cpu", kernel: "6", node: "20" } as FramingResult["machine"];
  return {
    format: "ipc-playground bench framing",
    version: 1,
    startedAt: "",
    seconds: 1,
    commandLine: [],
    machine,
    plan,
    launches,
    memory: [],
    failures: [],
  };
}

test("ratios are from launches of one block, and ranges that overlap are no difference", () => {
  const result = resultWith({
    "lengthPrefixed()": [10, 20],
    "frame-stream": [5, 10],
    "pg-protocol": [15, 15],
  });
  const text = report(result, { width: 120, color: false });
  expect(text).toMatch(/^frame-stream +7\.50 +5\.00–10\.0 +≈2\.00/m);
  expect(text).toMatch(/^pg-protocol .* ≈1\.00/m);
  expect(text).toContain("Nothing of ours is slower");
});

test("where ours is slower, the report says so, and a failed row is a row without a number", () => {
  const result = resultWith({ "lengthPrefixed()": [10, 11], "pg-protocol": [20, 22] });
  result.failures.push({ contender: "ws", does: "decode", size: 100, chunk: 1, reason: "it gave up" });
  const text = report(result, { width: 80, color: false });
  expect(text).toMatch(/^pg-protocol .* 0\.50/m);
  expect(text).toMatch(/Slower than somebody: core × 0\.50 of pg-protocol/);
  expect(text).toMatch(/^ws +failed/m);
  expect(text).toContain("No number for ws");
});
