import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadResult } from "@ipc-playground/bench-kit/run";
import { allPids } from "@ipc-playground/libc";
import { expect, onTestFinished, test } from "vitest";
import { parseSizes, parseWholeNumber } from "../src/bench/values.ts";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

const start = (...args: string[]) => startIn(process.cwd(), args);

function startIn(cwd: string, args: readonly string[]) {
  const { INIT_CWD: _, ...env } = process.env;
  const child = spawn(process.execPath, [MAIN, "bench", ...args], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (status) => resolve({ status, stdout, stderr }));
  });
  const measuring = new Promise<void>((resolve) => {
    child.stderr.on("data", () => stderr.includes("launches") && resolve());
  });
  return { child, ended, measuring };
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "ipc-playground-test-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** Processes that work for this coordinator: their job names its pid. */
function sidesOf(coordinator: number): number[] {
  return allPids().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`"coordinator":${coordinator}`);
    } catch {
      return false;
    }
  });
}

test("sizes are bytes, and k and M are powers of 1024", () => {
  expect(parseSizes("100,64k,1M,64KiB,2kb")).toEqual([100, 65_536, 1_048_576, 2048]);
});

test.each(["0", "-1", "abc", "", "1.5", "1e3", "65M", "100,", "1g"])("%j is no list of sizes", (text) => {
  expect(() => parseSizes(text)).toThrow(expect.objectContaining({ code: "BAD_USAGE" }));
});

test.each(["0", "-1", "x", "1.5", "1001", ""])("%j is no number of runs", (text) => {
  expect(() => parseWholeNumber("--runs", 1, 1000)(text)).toThrow(
    expect.objectContaining({ code: "BAD_USAGE" }),
  );
});

test.each([
  [["pip"], 2, 'Did you mean "pipe"?'],
  [["pipe", "--mode", "blokking"], 2, 'Did you mean "blocking"?'],
  [["pipe", "--mode", "spin"], 2, "Choose from: blocking, event-loop."],
  [["pipe", "--size", "0"], 2, '"0" is no size for a message.'],
  [["pipe", "--quick", "--full"], 2, "exclude each other"],
  [["pipe", "--json", MAIN], 1, "results are never overwritten"],
  [["pipe", "--json", "/no/such/folder/r.json"], 1, "cannot write /no/such/folder/r.json"],
])("bench %j is refused before anything is measured", async (args, status, words) => {
  const ended = await start(...args).ended;
  expect(ended).toMatchObject({ status, stdout: "" });
  expect(ended.stderr.toLowerCase()).toContain(words.toLowerCase());
});

test("one row is measured, printed within 80 columns without colours, and saved", async () => {
  const path = folder();
  const [json, hgrm] = [join(path, "r.json"), join(path, "hgrm")];
  const args = [
    "pipes",
    "--mode",
    "blocking",
    "--size",
    "100",
    "--runs",
    "1",
    "--json",
    json,
    "--hgrm",
    hgrm,
  ];
  const { status, stdout } = await start(...args).ended;
  expect(status).toBe(0);
  expect(stdout).toMatch(/^blocking +100 B/m);
  expect(stdout).not.toContain("\x1b");
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  const saved = loadResult(readFileSync(json, "utf8"), json);
  expect(saved.sessions[0]?.commandLine).toEqual(["pnpm", "bench", ...args]);
  expect(readdirSync(hgrm)).toContain("pipe-blocking-100.hgrm");
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s ends every process, saves what there is and exits with %i", async (signal, expected) => {
  const json = join(folder(), "r.json");
  const { child, ended, measuring } = start("pipe", "--json", json);
  await measuring;
  child.kill(signal);
  const { status, stderr } = await ended;
  expect(status).toBe(expected);
  expect(stderr).toContain(`go on with: pnpm bench --continue ${json}`);
  expect(loadResult(readFileSync(json, "utf8"), json).state).toBe("interrupted");
  expect(sidesOf(child.pid as number)).toEqual([]);
});

test("an interrupted run without a file is saved under a name of its own, and can be continued", async () => {
  const path = folder();
  const plan = ["pipe", "--mode", "blocking", "--size", "100", "--runs", "1"];
  const { child, ended, measuring } = startIn(path, plan);
  await measuring;
  child.kill("SIGINT");
  expect((await ended).status).toBe(130);
  const [name = ""] = readdirSync(path);
  expect(name).toMatch(/^bench-[\dT-]+\.json$/);
  const refused = await startIn(path, ["pipe", "--continue", name]).ended;
  expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining("goes on as it was begun") });
  const foreign = readFileSync(join(path, name), "utf8").replace(/"cpu":"/, '"cpu":"Another ');
  writeFileSync(join(path, "foreign.json"), foreign);
  const elsewhere = await startIn(path, ["--continue", "foreign.json"]).ended;
  expect(elsewhere).toMatchObject({ status: 2, stderr: expect.stringContaining("processor: Another") });
  const whole = await startIn(path, ["--continue", name]).ended;
  expect(whole).toMatchObject({ status: 0, stdout: expect.stringContaining("Latency") });
  const saved = loadResult(readFileSync(join(path, name), "utf8"), name);
  expect(saved).toMatchObject({ state: "complete", sessions: [{}, {}] });
  expect(readdirSync(path).toSorted()).toEqual([name, "foreign.json"].toSorted());
  const again = await startIn(path, ["--continue", name]).ended;
  expect(again).toMatchObject({ status: 2, stderr: expect.stringContaining("is complete") });
});

test("a coordinator that is killed takes its processes along", async () => {
  const { child, ended, measuring } = start("pipe", "--mode", "blocking", "--size", "100");
  await measuring;
  await expect.poll(() => sidesOf(child.pid as number).length, { timeout: 10_000, interval: 5 }).toBe(2);
  child.kill("SIGKILL");
  await ended;
  await expect.poll(() => sidesOf(child.pid as number), { timeout: 10_000 }).toEqual([]);
});

test("a file that appears while measuring is not overwritten either, and the report is printed", async () => {
  const json = join(folder(), "r.json");
  const { ended, measuring } = start(
    "pipe",
    "--mode",
    "blocking",
    "--size",
    "100",
    "--runs",
    "1",
    "--json",
    json,
  );
  await measuring;
  writeFileSync(json, "mine");
  const { status, stdout, stderr } = await ended;
  expect(status).toBe(1);
  expect(stdout).toContain("Latency");
  expect(stderr).toContain("never overwritten");
  expect(readFileSync(json, "utf8")).toBe("mine");
});
