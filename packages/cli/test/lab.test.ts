import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { expectNothingLeft, ownTmp, run } from "./command.ts";

test("--json is JSON Lines and nothing else, and ends with the summary", () => {
  const tmp = ownTmp();
  const { status, stdout, stderr } = run(["lab", "pipe", "--json"], { tmp });
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines[0]).toMatchObject({ type: "lab", lab: "pipe" });
  expect(lines.at(-1)).toMatchObject({
    type: "summary",
    lab: "pipe",
    demos: 12,
    failed: 0,
    claims: { unexpected: 0 },
  });
  const { claims } = lines.at(-1) as { claims: { holds: number; refuted: number; unavailable: number } };
  expect(claims.holds + claims.refuted + claims.unavailable).toBeGreaterThanOrEqual(12);
  expect(claims.refuted).toBeGreaterThanOrEqual(3);
  expect([status, stderr]).toEqual([0, ""]);
  expectNothingLeft(tmp);
});

test("a recording replays with the same lanes, byte for byte", () => {
  const tmp = ownTmp();
  const file = join(tmp, "log.jsonl");
  const trace = join(tmp, "t.json");
  // One run gives both: what was recorded, and its trace as it was written live.
  writeFileSync(file, run(["lab", "pipe", "eof", "deadlock", "--json", "--trace", trace], { tmp }).stdout);
  const first = run(["lab", "replay", file]);
  const again = join(tmp, "again.jsonl");
  writeFileSync(again, run(["lab", "replay", file, "--json"]).stdout);
  expect(run(["lab", "replay", again]).stdout).toBe(first.stdout);
  expect(first.stdout).toContain("◀──");
  const replayed = join(tmp, "t2.json");
  run(["lab", "replay", file, "--trace", replayed]);
  expect(readFileSync(replayed, "utf8")).toBe(readFileSync(trace, "utf8"));
});

test("one demo runs alone, with its part of the lesson", () => {
  const { status, stdout, stderr } = run(["lab", "pipes", "eof"]);
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("A file on a disk has a size");
  expect(stdout).toContain("1 demo, 2 claims: 1 hold, 1 refuted");
});

test("--quiet is claims and verdicts only", () => {
  const { stdout } = run(["lab", "pipe", "eof", "--quiet"]);
  expect(stdout).toContain("✗ “The reader sees end-of-file as soon as the writer exits.”");
  expect(stdout).not.toContain("│");
});

test("--mermaid is Markdown with a diagram", () => {
  const { stdout } = run(["lab", "pipe", "eof", "--mermaid"]);
  expect(stdout).toMatch(/```mermaid\n---\ntitle: .*\n---\nsequenceDiagram\n/);
  expect(stdout).toMatch(/p\d->>p\d: read pipe 5 B/);
});

test("--step asks for a guess, and says whether it was right", () => {
  const { status, stdout, stderr } = run(["lab", "pipe", "eof", "--step"], { input: "9\n2\n" });
  expect(stdout).toContain("What does the reader get?");
  expect(stdout).toContain("Right: 5 bytes, and then it hangs.");
  expect([status, stderr]).toEqual([0, ""]);
});

test("--step goes on without questions when the input ends", () => {
  const { status, stdout, stderr } = run(["lab", "pipe", "eof", "--step"]);
  expect(stdout).toContain("All as expected.");
  expect([status, stderr]).toEqual([0, ""]);
});

test("no line is wider than the terminal, live or of a recording", () => {
  const tmp = ownTmp();
  const file = join(tmp, "log.jsonl");
  writeFileSync(file, run(["lab", "pipe", "--json"], { tmp }).stdout);
  const wide = (command: string[], columns: number) =>
    run(command, { env: { COLUMNS: `${columns}` } })
      .stdout.split("\n")
      .filter((line) => stringWidth(line) > columns);
  expect(wide(["lab", "pipe"], 40)).toEqual([]);
  for (const columns of [40, 80, 120]) expect(wide(["lab", "replay", file], columns)).toEqual([]);
}, 180_000);

test("the labs are listed, a line each", () => {
  expect(run(["lab"]).stdout).toMatch(/^pipe +ready {2}/m);
});

test("claims are a table, or a list where there is no room for one", () => {
  const table = run(["lab", "claims", "pipe"], { env: { COLUMNS: "80" } });
  expect(table.stdout).toMatch(/│ claim +│ source +│ verdict +│ evidence/);
  expect(table.status).toBe(0);
  for (const line of table.stdout.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(80);
});

test("doctor names every limit, and exits 0 whatever is missing", () => {
  const { status, stdout, stderr } = run(["lab", "doctor"]);
  expect([status, stderr]).toEqual([0, ""]);
  for (const name of ["Node", "cc", "posix-mq", "CAP_NET_RAW", "/proc/sys/kernel/msgmax", "pipe-max-size"])
    expect(stdout).toContain(name);
});

test("doctor says what to install where there is no compiler", () => {
  const { stdout } = run(["lab", "doctor"], { env: { PATH: "/nonexistent" } });
  expect(stdout).toMatch(/✗ cc: not found\n.*\n +Debian, Ubuntu: apt install build-essential/);
});

test("clean says what it removed, and that there was nothing", () => {
  expect(run(["lab", "clean"], { tmp: ownTmp() }).stdout).toBe("Nothing was left behind.\n");
});

test("a trace into a folder that does not exist fails before the lab runs", () => {
  const { status, stdout, stderr } = run(["lab", "pipe", "--trace", "/nonexistent/t.json"]);
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("[FILE_UNWRITABLE]");
  expect(existsSync("/nonexistent")).toBe(false);
});
