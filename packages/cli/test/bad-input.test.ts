import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { processStat } from "@ipc-playground/libc";
import { expect, test, vi } from "vitest";
import { begin, expectNothingLeft, ownTmp, processesOf, run } from "./command.ts";

test.each([
  [["lab", "pipr"], 'There is no lab "pipr".\nDid you mean "pipe"?'],
  [["lab", "pipe", "eoff"], 'There is no demo of the pipe lab "eoff".\nDid you mean "eof"?'],
  [["lab", "pipe", "--jsno"], "unknown option '--jsno'\n(Did you mean --json?)"],
  [["lab", "pipe", "--json", "--quiet"], "--quiet and --json do not go together.\nChoose one of them."],
  [["lab", "pipe", "--step", "--json"], "--step asks questions"],
  [["lba"], 'There is no command "lba".'],
])("%j is refused with what to do instead, and exit status 2", (args, said) => {
  const { status, stdout, stderr } = run(args);
  expect(stderr).toContain(said);
  expect(stdout).toBe("");
  expect(status).toBe(2);
});

test("--help and --version are no errors", () => {
  expect(run(["lab", "--help"])).toMatchObject({ status: 0, stderr: "" });
  expect(run(["lab", "--version"]).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test("a recording that is missing, cut or damaged is refused, with its line", () => {
  const tmp = ownTmp();
  const file = join(tmp, "log.jsonl");
  expect(run(["lab", "replay", file]).stderr).toContain("[FILE_UNREADABLE]");
  const whole = run(["lab", "pipe", "capacity", "--json"]).stdout;
  writeFileSync(file, whole.slice(0, whole.length / 2));
  const cut = run(["lab", "replay", file]);
  expect(cut.stderr).toMatch(/log\.jsonl, line \d+ is not JSON\.\n.*\[BAD_LOG\]/);
  expect([cut.status, cut.stdout]).toEqual([1, ""]);
  writeFileSync(file, whole.slice(0, whole.trimEnd().lastIndexOf("\n") + 1));
  expect(run(["lab", "replay", file]).stderr).toContain("without its summary");
});

test("a reader that closes stdout ends the lab without a word", async () => {
  const tmp = ownTmp();
  const child = begin(["lab", "pipe"], tmp);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await once(child.stdout, "data");
  child.stdout.destroy();
  const [status] = (await once(child, "exit")) as [number];
  expect([status, said]).toEqual([0, ""]);
  await vi.waitUntil(() => processesOf(tmp).length === 0, { timeout: 10_000, interval: 10 });
});

test.each([0, 1, 2, 3, 4])("SIGINT after %s demos ends everything, with status 130", async (demos) => {
  const tmp = ownTmp();
  const child = begin(["lab", "pipe"], tmp);
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await vi.waitUntil(() => said.split("\n── ").length > demos + 1 && processesOf(tmp).length > 1, {
    timeout: 20_000,
    interval: 1,
  });
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([130, null]);
  expectNothingLeft(tmp);
});

test("kill -9 of a process in the middle of a demo is reported, and the lab goes on", async () => {
  const tmp = ownTmp();
  const child = begin(["lab", "pipe", "eof", "capacity", "--json"], tmp);
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const victim = await vi.waitUntil(
    () => processesOf(tmp).find((pid) => processStat(pid)?.parentPid === child.pid),
    { timeout: 10_000, interval: 1 },
  );
  process.kill(victim, "SIGKILL");
  const [status] = (await once(child, "exit")) as [number];
  expect(status).toBe(1);
  const lines = said
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; message?: string });
  expect(lines.find((line) => line.type === "error")?.message).toMatch(
    /\(pid \d+\) was ended by SIGKILL before its work was done/,
  );
  expect(lines.at(-1)).toMatchObject({ type: "summary", demos: 2, failed: 1 });
  expectNothingLeft(tmp);
});

test("kill -9 of the lab itself leaves no process, and clean removes its files", async () => {
  const tmp = ownTmp();
  const child = begin(["lab", "pipe", "plumbing", "eof", "barrier"], tmp);
  await vi.waitUntil(() => processesOf(tmp).length > 1, { timeout: 10_000, interval: 1 });
  child.kill("SIGKILL");
  await once(child, "exit");
  await vi.waitUntil(() => processesOf(tmp).length === 0, { timeout: 10_000, interval: 10 });
  run(["lab", "clean"], { tmp });
  expectNothingLeft(tmp);
});

test("no colour without a terminal", () => {
  expect(run(["lab", "pipe", "eof"]).stdout).not.toContain("\x1b");
});
