import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import lab from "@ipc-playground/lab-pipe";
import { allPids, blockedCall, processStat } from "@ipc-playground/libc";
import { expect, onTestFinished, test, vi } from "vitest";
import { makeMine, setMineAside } from "../src/exercise/learners-file.ts";
import { Place } from "../src/exercise/place.ts";
import { expectNothingLeft, ownTmp, run } from "./command.ts";

/** The user that owns nothing, on every Linux. */
const NOBODY = 65_534;
const NAMES = lab.exercises.map((name) => `pipe/${name}`);

/** A copy of the pipe lab: what a learner has in the real one is not for tests to touch. */
class Copy {
  readonly folder = mkdtempSync(join(tmpdir(), "lab-copy-"));
  readonly tmp = ownTmp();

  constructor() {
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
    const original = fileURLToPath(lab.folder);
    for (const entry of ["package.json", "exercises", "dist"])
      cpSync(join(original, entry), join(this.folder, entry), {
        recursive: true,
        filter: (path) => !/\/mine\./.test(path),
      });
    symlinkSync(join(original, "node_modules"), join(this.folder, "node_modules"));
  }

  path(file: string): string {
    return join(this.folder, "exercises/plumbing", file);
  }

  begin(options: object = {}, user: { uid?: number } = {}) {
    const module = (path: string) => JSON.stringify(new URL(`../dist/${path}`, import.meta.url).href);
    const script = `
      import { exercise } from ${module("lab/exercise.js")};
      import { complain } from ${module("exit.js")};
      const lab = { name: "pipe", aliases: [], exercises: ["plumbing"], folder: new URL(${JSON.stringify(pathToFileURL(`${this.folder}/`).href)}) };
      process.exitCode = await exercise("pipe/plumbing", ${JSON.stringify(options)}, [lab]).catch(complain);`;
    const { INIT_CWD: _, ...env } = process.env;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      ...user,
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...env, TMPDIR: this.tmp, NO_COLOR: "1" },
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    return child;
  }

  async run(
    options: object = {},
    user: { uid?: number } = {},
  ): Promise<{ status: number; stdout: string; stderr: string }> {
    const child = this.begin(options, user);
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (text: string) => {
        said[name] += text;
      });
    const [status] = (await once(child, "close")) as [number];
    expectNothingLeft(this.tmp);
    return { status, ...said };
  }
}

test("without a name, the exercises are listed with their state", () => {
  const { status, stdout } = run(["lab", "exercise"]);
  for (const name of NAMES) expect(stdout).toMatch(new RegExp(`^${name} +(not begun|begun) `, "m"));
  expect(status).toBe(0);
});

test.each([
  [["pipe/plumbin"], 'There is no exercise "pipe/plumbin".\nDid you mean "pipe/plumbing"?'],
  [["pipe/plumbing", "--hint", "9"], 'There is no hint "9" for pipe/plumbing.\nGive a number from 1 to 3.'],
  [["pipe/plumbing", "--hint", "x"], 'There is no hint "x"'],
  [["pipe/plumbing", "--hint", "--solution"], "--hint and --solution do not go together"],
  [["--solution"], "--solution does not say of which exercise"],
])("%j is refused with what to do instead, and exit status 2", (args, said) => {
  const { status, stdout, stderr } = run(["lab", "exercise", ...args]);
  expect(stderr).toContain(said);
  expect([status, stdout]).toEqual([2, ""]);
});

test("hints come one at a time, by number", () => {
  const first = run(["lab", "exercise", "pipe/plumbing", "--hint"]).stdout;
  expect(first).toBe(run(["lab", "exercise", "pipes/plumbing", "--hint", "1"]).stdout);
  expect(first).toContain("Hint 1 of 3; the next: pnpm lab exercise pipe/plumbing --hint 2");
  expect(run(["lab", "exercise", "pipe/plumbing", "--hint", "3"]).stdout).toContain("the last hint");
});

test("the first time makes mine.ts from the starter and checks it; after that it is the learner's", async () => {
  const copy = new Copy();
  const first = await copy.run();
  expect(first.stdout).toContain("Made exercises/plumbing/mine.ts from the starter");
  expect(first.stdout).toContain("✗ What left prints is what right reads.");
  expect(first.status).toBe(1);
  cpSync(copy.path("solution.ts"), copy.path("mine.ts"));
  const second = await copy.run();
  expect(second.stdout.match(/✓/g)).toHaveLength(6);
  expect(second.stdout).toContain("Solved.");
  expect(second.stdout).not.toContain("Made ");
  expect(second.status).toBe(0);
  expect(readFileSync(copy.path("mine.ts"), "utf8")).toBe(readFileSync(copy.path("solution.ts"), "utf8"));
});

test("what does not compile is shown with file and line, and is not run", async () => {
  const copy = new Copy();
  writeFileSync(copy.path("mine.ts"), "export const plumb = 1;\nconst n: number = 'one';\n");
  const { status, stdout } = await copy.run();
  expect(stdout).toContain("exercises/plumbing/mine.ts:2:7 - error TS2322");
  expect(stdout).toContain("Nothing was run");
  expect(status).toBe(1);
});

test.each([
  ["kills itself", 'process.kill(process.pid, "SIGKILL");', "caller (pid N) was ended by SIGKILL"],
  ["throws", 'throw new Error("my mistake");', "caller (pid N) failed: my mistake, at mine.ts:2:7."],
  [
    "crashes later",
    'setImmediate(() => { throw new Error("my mistake"); }); await new Promise((r) => setTimeout(r, 1e6));',
    "caller (pid N) exited with status 1 before its work was done: my mistake, at mine.ts:2:28.",
  ],
  [
    "never settles",
    "await new Promise(() => {});",
    "the promise was never settled: caller had nothing left to wait for",
  ],
  [
    "runs for ever",
    "for (;;);",
    "waited 10000 ms for caller to end (caller (pid N) is running), and it did not",
  ],
])("a submission that %s is reported", async (_, body, said) => {
  const copy = new Copy();
  writeFileSync(copy.path("mine.ts"), `export async function plumb() {\n${body}\n}\n`);
  const { status, stdout } = await copy.run();
  expect(stdout.replace(/\n {4}/g, " ").replace(/pid \d+/g, "pid N")).toContain(said);
  expect(status).toBe(1);
});

test("--reset without a terminal changes nothing and says how to do it by hand", async () => {
  const copy = new Copy();
  writeFileSync(copy.path("mine.ts"), "mine");
  const { status, stderr } = await copy.run({ reset: true });
  expect(stderr).toContain("By hand: give exercises/plumbing/mine.ts another name");
  expect(status).toBe(2);
  expect(readFileSync(copy.path("mine.ts"), "utf8")).toBe("mine");
});

test("beginning anew keeps every earlier file under a name of its own", () => {
  const copy = new Copy();
  const place = new Place({ ...lab, folder: pathToFileURL(`${copy.folder}/`) }, "plumbing");
  for (const text of ["first", "second"]) {
    writeFileSync(copy.path("mine.ts"), text);
    setMineAside(place);
  }
  makeMine(place);
  const files = ["mine.ts.1", "mine.ts.2", "mine.ts"].map((file) => readFileSync(copy.path(file), "utf8"));
  expect(files).toEqual(["first", "second", readFileSync(copy.path("starter.ts"), "utf8")]);
  expect(() => makeMine(place)).toThrow(/cannot write in .*EEXIST/);
});

test("Ctrl-C ends the check with status 130, and leaves no process", async () => {
  const copy = new Copy();
  writeFileSync(copy.path("mine.ts"), "export async function plumb() {\nfor (;;);\n}\n");
  const child = copy.begin();
  // Its one child that burns the processor is the caller, in the loop.
  await vi.waitFor(() => expect(childrenOf(child.pid as number).some(isBusy)).toBe(true), {
    timeout: 10_000,
  });
  child.kill("SIGINT");
  expect(await once(child, "close")).toEqual([130, null]);
  expectNothingLeft(copy.tmp);
});

test("a read-only tree is a plain error", async () => {
  const copy = new Copy();
  chmodSync(copy.folder, 0o755);
  chmodSync(copy.path("."), 0o555);
  onTestFinished(() => chmodSync(copy.path("."), 0o755));
  // Root may write wherever it likes, so it plays somebody else.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(copy.tmp, NOBODY, NOBODY);
  const { status, stderr } = await copy.run({}, isRoot ? { uid: NOBODY } : {});
  expect(stderr).toMatch(/^Cannot write in exercises\/plumbing.*EACCES.*\n.*\[FILE_UNWRITABLE\]\n$/);
  expect(status).toBe(1);
  expect(existsSync(copy.path("mine.ts"))).toBe(false);
});

function childrenOf(pid: number): number[] {
  return allPids().filter((child) => processStat(child)?.parentPid === pid);
}

/** Has used more than half a second of processor time, and is at it. */
function isBusy(pid: number): boolean {
  const fields = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8").split(" ") : [];
  return Number(fields[13]) > 50 && blockedCall(pid) === null;
}
