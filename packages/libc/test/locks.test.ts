import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ERRNO,
  F_UNLCK,
  F_WRLCK,
  flock,
  LOCK_EX,
  LOCK_NB,
  LOCK_UN,
  lockBytes,
  SCHED_IDLE,
  setScheduler,
} from "@ipc-playground/libc";
import { expect, onTestFinished, test } from "vitest";

function file(): { path: string; open(): number } {
  const folder = mkdtempSync(join(tmpdir(), "libc-locks-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "file");
  return {
    path,
    open() {
      const fd = openSync(path, "a+");
      onTestFinished(() => closeSync(fd));
      return fd;
    },
  };
}

/** Run a script in a process of its own, and return what it printed. */
function printed(script: string, ...args: string[]): string {
  const program = `import * as libc from "@ipc-playground/libc"; ${script}`;
  const options = { cwd: import.meta.dirname, encoding: "utf8" } as const;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "-e", program, ...args],
    options,
  );
  expect(stderr).toBe("");
  return stdout.trim();
}

test("flock(2) belongs to the open file: a second opening in one process is refused", () => {
  const { open } = file();
  const [one, two] = [open(), open()];
  expect([flock(one, LOCK_EX | LOCK_NB), flock(two, LOCK_EX | LOCK_NB)]).toEqual([
    0,
    -(ERRNO.EAGAIN as number),
  ]);
  expect([flock(one, LOCK_UN), flock(two, LOCK_EX | LOCK_NB)]).toEqual([0, 0]);
});

test("fcntl(2) locks bytes for a process: another one is refused those, and gets others", () => {
  const { path, open } = file();
  const fd = open();
  expect(lockBytes(fd, F_WRLCK, { start: 0, bytes: 10 })).toBe(0);
  expect(lockBytes(open(), F_WRLCK, { start: 0, bytes: 10 })).toBe(0);
  const script = `import { openSync } from "node:fs"; const fd = openSync(process.argv[1], "a+");
    console.log([0, 10].map((start) => libc.lockBytes(fd, libc.F_WRLCK, { start, bytes: 10 })).join());`;
  expect(printed(script, path)).toBe(`-${ERRNO.EAGAIN},0`);
  expect(lockBytes(fd, F_UNLCK, { start: 0, bytes: 10 })).toBe(0);
  expect(printed(script, path)).toBe("0,0");
});

test("anybody may become SCHED_IDLE", () => {
  expect(printed(`console.log(libc.setScheduler(0, libc.SCHED_IDLE, 0));`)).toBe("0");
  expect(setScheduler(0, SCHED_IDLE, 1)).toBe(-(ERRNO.EINVAL as number));
});

test("a forbidden call is refused with EPERM, and Node's own locks go on working", () => {
  const script = `
    const set = libc.semget(libc.IPC_PRIVATE, 1, 0o600);
    const operation = libc.prepareOperations([{ index: 0, change: 1 }]);
    const mapping = libc.mmap(-1, 4096, { flags: libc.MAP_SHARED | libc.MAP_ANONYMOUS });
    const word = new Int32Array(mapping.buffer, 0, 1);
    const results = [libc.semop(set, operation), libc.futexWake(word, 1), libc.forbidCalls(["futex", "semtimedop", "semop"], mapping),
      libc.semop(set, operation), libc.futexWake(word, 1), libc.semRemove(set)];
    for (let i = 0; i < 50; i++) new Array(100_000).fill({ i });
    await new Promise((resolve) => setTimeout(resolve, 1));
    console.log(results.join());`;
  expect(printed(script)).toBe(`0,0,0,-${ERRNO.EPERM},-${ERRNO.EPERM},0`);
});
