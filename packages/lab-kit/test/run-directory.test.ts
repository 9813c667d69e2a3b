import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { removeRun, scratchDirectory, sweepDeadRuns } from "@ipc-playground/lab-kit/runner";
import { ERRNO, mqUnlink, msgget } from "@ipc-playground/libc";
import { expect, onTestFinished, test, vi } from "vitest";

/** Everything below happens in a temporary directory of the test's own. */
function ownTmp(): string {
  const tmp = mkdtempSync(join(tmpdir(), "run-directory-test-"));
  vi.stubEnv("TMPDIR", tmp);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(tmp, { recursive: true });
  });
  return tmp;
}

test("a scratch directory is gone when its run ends", () => {
  ownTmp();
  const scratch = scratchDirectory();
  writeFileSync(join(scratch, "file"), "x");
  removeRun();
  expect(existsSync(scratch)).toBe(false);
});

test.each(["removeRun", "sweepDeadRuns"])(
  "after %s has removed a FIFO, modules are still found",
  (remove) => {
    const tmp = ownTmp();
    mkdirSync(join(tmp, "real"));
    writeFileSync(join(tmp, "real", "module.mjs"), "export const { url } = import.meta;");
    symlinkSync(join(tmp, "real"), join(tmp, "link"));
    // The dead run's process has pid 1's number and not its start time.
    const program = `import { execFileSync } from "node:child_process";
    import { mkdirSync } from "node:fs";
    import { dirname, join } from "node:path";
    import * as runner from "@ipc-playground/lab-kit/runner";
    // Node keeps the folders that it has seen, and it is those that it stops at.
    await import(${JSON.stringify(join(tmp, "real", "module.mjs"))});
    const scratch = runner.scratchDirectory();
    const dead = join(dirname(dirname(scratch)), "run-1-0");
    mkdirSync(dead);
    execFileSync("mkfifo", [join(${remove === "removeRun" ? "scratch" : "dead"}, "fifo")]);
    runner.${remove}();
    const { url } = await import(${JSON.stringify(join(tmp, "link", "module.mjs"))});
    console.log(url);`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      encoding: "utf8",
      cwd: import.meta.dirname,
    });
    expect(stderr).toBe("");
    expect(stdout).toBe(`file://${join(tmp, "real", "module.mjs")}\n`);
  },
);

test("what a killed run left is removed by the next one, and what a living run has is not", () => {
  ownTmp();
  const mine = scratchDirectory();
  const program = `import { scratchDirectory } from "@ipc-playground/lab-kit/runner";
    process.stdout.write(scratchDirectory(), () => process.kill(process.pid, "SIGKILL"));`;
  const killed = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
    cwd: import.meta.dirname,
  });
  expect(killed.signal).toBe("SIGKILL");
  expect(existsSync(killed.stdout)).toBe(true);
  expect(sweepDeadRuns()).toEqual([dirname(killed.stdout)]);
  expect(existsSync(killed.stdout)).toBe(false);
  expect(existsSync(mine)).toBe(true);
});

test("a run whose pid was given to somebody else is dead all the same", () => {
  ownTmp();
  const base = dirname(dirname(scratchDirectory()));
  const stale = join(base, `run-${process.pid}-1`);
  mkdirSync(stale);
  expect(sweepDeadRuns()).toEqual([stale]);
});

test("other people's files in the directory are left alone", () => {
  ownTmp();
  const base = dirname(dirname(scratchDirectory()));
  const other = join(base, "notes.txt");
  writeFileSync(other, "x");
  expect(sweepDeadRuns()).toEqual([]);
  expect(existsSync(other)).toBe(true);
});

test("kernel objects that a killed run left are removed by the next one, by name and by key", () => {
  ownTmp();
  const program = `import { constants } from "node:fs";
    import { IPC_CREAT, IPC_EXCL, mqOpen, msgget } from "@ipc-playground/libc";
    import { ownObject } from "@ipc-playground/lab-kit/runner";
    const queue = ownObject("posix-mq");
    const key = ownObject("sysv-msg");
    const made = [mqOpen(queue, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR), msgget(Number(key), IPC_CREAT | IPC_EXCL | 0o600)];
    ownObject("posix-mq"); // written down, never made
    process.stdout.write(JSON.stringify({ queue, key, made }), () => process.kill(process.pid, "SIGKILL"));`;
  const killed = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
    cwd: import.meta.dirname,
  });
  const { queue, key, made } = JSON.parse(killed.stdout) as { queue: string; key: string; made: number[] };
  expect(made.every((result) => result >= 0)).toBe(true);
  expect(msgget(Number(key), 0)).toBe(made[1]);
  expect(sweepDeadRuns()).toEqual([`posix-mq ${queue}`, `sysv-msg ${key}`, expect.stringContaining("run-")]);
  expect(msgget(Number(key), 0)).toBe(-(ERRNO.ENOENT as number));
  expect(mqUnlink(queue)).toBe(-(ERRNO.ENOENT as number));
});
