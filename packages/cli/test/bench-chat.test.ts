import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeSamples } from "@ipc-playground/bench-kit/run";
import { find, SERVERS, type ServerName } from "@ipc-playground/chat/bench";
import { expect, onTestFinished, test } from "vitest";
import { planned } from "../src/bench/chat/plan.ts";
import { report } from "../src/bench/chat/report.ts";
import type { ChatResult, Launch, Plan } from "../src/bench/chat/result.ts";
import { nameOf } from "../src/bench/chat/words.ts";
import { begin, expectNothingLeft, ownTmp, processesOf, run } from "./command.ts";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "ipc-playground-test-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test.each([
  [["chat", "pipe"], "measure it alone"],
  [["chatt"], 'did you mean "chat"?'],
  [["chat", "--mode", "blocking"], "--mode says nothing for chat"],
  [["chat", "--continue", "r.json"], "--continue says nothing for chat"],
  [["chat", "--chunk", "1"], "--chunk says nothing for chat"],
  [["chat", "--size", "19"], "20 to 8192 bytes"],
  [["chat", "--size", "64k"], "a text of 64 KiB cannot be measured"],
  [["chat", "--receivers", "0"], '"0" is no value for --receivers'],
  [["chat", "--window", "1,1001"], '"1001" is no value for --window'],
  [["chat", "--quick", "--full"], "exclude each other"],
  [["chat", "--idle", "0"], '"0" is no value for --idle'],
  [["pipe", "--window", "1"], "--window is for chat only"],
  [["framing", "--receivers", "1"], "--receivers is for chat only"],
] as const)("bench %j is refused before anything is measured", (args, words) => {
  const { status, stdout, stderr } = run(["bench", ...args]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr.toLowerCase()).toContain(words.toLowerCase());
});

test("a file that exists is left alone", () => {
  const { status, stderr } = run(["bench", "chat", "--json", MAIN]);
  expect(status).toBe(1);
  expect(stderr).toContain("never overwritten");
});

const PLAN: Plan = {
  seed: 7,
  runs: 3,
  warmMs: 1,
  timedMs: 1,
  placement: "unpinned",
  receivers: [10, 100],
  windows: [1, 8],
  sizes: [64],
  idle: 100,
  atOnce: 4,
};

test("the seed alone decides the order, and every block has every row once", () => {
  const order = planned(PLAN, SERVERS);
  expect(planned(PLAN, SERVERS)).toEqual(order);
  expect(planned({ ...PLAN, seed: 8 }, SERVERS)).not.toEqual(order);
  const rows = (block: number) =>
    order.filter((one) => one.block === block).map(({ row }) => JSON.stringify(row));
  for (const block of [1, 2]) expect(rows(block).toSorted()).toEqual(rows(0).toSorted());
  expect(new Set(rows(0)).size).toBe(4 * SERVERS.length);
  // What is compared runs side by side.
  const kinds = order.map(({ row: { server: _, ...kind } }) => JSON.stringify(kind));
  for (let i = 0; i < kinds.length; i += SERVERS.length)
    expect(new Set(kinds.slice(i, i + SERVERS.length)).size).toBe(1);
});

test("every server is measured, printed within 80 columns and saved", async () => {
  const json = join(folder(), "r.json");
  const tmp = ownTmp();
  const child = begin(
    [
      "bench",
      "chat",
      "--runs",
      "1",
      "--receivers",
      "3",
      "--size",
      "64",
      "--window",
      "1,4",
      "--idle",
      "20",
      "--json",
      json,
    ],
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
  const saved = JSON.parse(readFileSync(json, "utf8")) as ChatResult;
  expect(saved).toMatchObject({ failures: [], commandLine: expect.arrayContaining(["chat", "--runs", "1"]) });
  const there = SERVERS.filter((name) => find(name).kind === "ready");
  expect(Object.keys(saved.absent).length).toBe(SERVERS.length - there.length);
  for (const server of there) {
    const of = saved.launches.filter((launch) => launch.server === server);
    expect(of.map(({ does }) => does).toSorted(), server).toEqual(["arrive", "broadcast", "idle"]);
    const { runs = [] } = of.find(({ does }) => does === "broadcast") as Launch;
    expect(runs.map(({ window }) => window)).toEqual([1, 4]);
    for (const { messages, deliveries, histogram } of runs) {
      expect(messages).toBeGreaterThan(0);
      expect(deliveries).toBe(3 * messages);
      expect(histogram.length).toBeGreaterThan(20);
    }
    expect(of.find(({ does }) => does === "idle")?.memory?.after).toBeGreaterThan(0);
  }
  expectNothingLeft(tmp);
}, 300_000);

test("SIGINT ends every process, saves nothing and exits with 130", async () => {
  const json = join(folder(), "r.json");
  const tmp = ownTmp();
  const child = begin(["bench", "chat", "--json", json], tmp);
  await once(child.stderr, "data");
  await expect.poll(() => processesOf(tmp).length, { timeout: 10_000 }).toBeGreaterThan(1);
  child.kill("SIGINT");
  const [status] = (await once(child, "close")) as [number];
  expect(status).toBe(130);
  expect(existsSync(json)).toBe(false);
  expect(processesOf(tmp)).toEqual([]);
});

test("a coordinator that is killed takes its processes along", async () => {
  const tmp = ownTmp();
  const child = begin(["bench", "chat"], tmp);
  await expect.poll(() => processesOf(tmp).length, { timeout: 20_000 }).toBeGreaterThan(2);
  child.kill("SIGKILL");
  await once(child, "close");
  await expect.poll(() => processesOf(tmp), { timeout: 10_000 }).toEqual([]);
});

/** A result with these deliveries, in millions a second, of some servers in each of some launches. */
function resultWith(rates: Partial<Record<ServerName, number[]>>): ChatResult {
  const usage = {
    server: { cpuMicros: 500_000, voluntarySwitches: 0, involuntarySwitches: 0 },
    load: { cpuMicros: 400_000, voluntarySwitches: 0, involuntarySwitches: 0 },
  };
  const launches = Object.entries(rates).flatMap(([server, values]) =>
    values.map((value, block): Launch => {
      const run = {
        window: 1,
        messages: 10_000,
        deliveries: value * 1e6,
        ns: 1e9,
        histogram: encodeSamples([1e6, 2e6]),
        tenths: [1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 0],
        usage,
      };
      return {
        server: server as ServerName,
        does: "broadcast",
        receivers: 10,
        size: 64,
        block,
        order: block,
        cpus: { server: [0], load: [1] },
        runs: [run],
      };
    }),
  );
  return {
    format: "ipc-playground bench chat",
    version: 1,
    startedAt: "",
    seconds: 1,
    commandLine: [],
    machine: { cpu: "cpu", cores: 2, kernel: "6", node: "20" } as ChatResult["machine"],
    packages: {},
    plan: { ...PLAN, receivers: [10], windows: [1] },
    controls: [],
    absent: {},
    launches,
    failures: [],
  };
}

test("the ratio to C is from launches of one block, and ranges that overlap are no difference", () => {
  const text = report(resultWith({ chat: [2, 4], c: [4, 4], bare: [3, 3] }), { width: 120, color: false });
  expect(text).toMatch(/^ *64 B +10 +1 +3\.00 +2\.00–4\.00 +≈0\.750 +4\.00 +3\.00 +void +void$/m);
  expect(text).toMatch(/^ *64 B +10 +1 +~1\.00 ~2\.00/m);
  expect(text).toMatch(/^ *64 B +10 +1 +0\.188 50:40 +0\.125 50:40/m);
  expect(text).toContain(
    "Drift of chat, the end of a run against its beginning: 64 B to 10, window 1 (100 % faster)",
  );
});

test("a row that failed is void, and the reason is told; what is not there has no column", () => {
  const result = resultWith({ chat: [2, 2] });
  const row = { does: "broadcast", server: "bare", receivers: 10, size: 64 } as const;
  result.failures.push({ ...row, reason: "message 5 was doubled" });
  result.absent = { c: "no C compiler", null: "no C compiler" };
  const text = report(result, { width: 80, color: false });
  expect(text).toMatch(/^ *64 B +10 +1 +2\.00 +2\.00–2\.00 +– +void +void$/m);
  expect(text.replaceAll("\n", " ")).toContain(
    "No number for bare Node, 64 B to 10 receivers: message 5 was doubled.",
  );
  expect(text.replaceAll("\n", " ")).toContain("No column for C: no C compiler.");
  expect(nameOf({ does: "idle", server: "c", connections: 5_000 })).toBe("C, 5,000 idle connections");
});
