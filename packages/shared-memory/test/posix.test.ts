import { fstatSync, mkdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { removeRun } from "@ipc-playground/lab-kit/runner";
import { close, ftruncate, mkfifo, O_CLOEXEC, O_RDWR, shmOpen } from "@ipc-playground/libc";
import {
  createPosixMemory,
  openPosixMemory,
  POSIX_FOLDER,
  posixRoom,
  unlinkPosixMemory,
} from "@ipc-playground/shared-memory";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { ownName } from "./kinds.ts";
import { codeOf, run, runApart, startNode } from "./processes.ts";

afterAll(removeRun);

const O_CREAT = 0o100;

/** An object as another program may leave it: by libc's calls alone. */
function foreignObject(bytes: number): string {
  const name = ownName();
  const fd = shmOpen(name, O_CREAT | O_RDWR | O_CLOEXEC, 0o600);
  onTestFinished(() => void close(fd));
  expect(fstatSync(fd).size).toBe(0);
  expect(ftruncate(fd, bytes)).toBe(0);
  return name;
}

test("a new object has size zero, and is refused until it has one", () => {
  const name = foreignObject(0);
  expect(statSync(POSIX_FOLDER + name).size).toBe(0);
  expect(codeOf(() => openPosixMemory(name))).toBe("MEMORY_FOREIGN");
});

test("of racing exclusive creators exactly one wins", async () => {
  const name = ownName();
  const program = `try { shm.createPosixMemory(place, { bytes: 64 }).view(Int32Array)[0] = process.pid; console.log("won"); }
    catch (error) { console.log(error.code); }`;
  const ended = await Promise.all(Array.from({ length: 6 }, () => startNode(program, name)));
  expect(ended.sort()).toEqual([...Array(5).fill("MEMORY_EXISTS"), "won"]);
});

test("a mapping outlives close and unlink, and a new object of that name is another", () => {
  const name = ownName();
  using memory = createPosixMemory(name, { bytes: 64 });
  using other = openPosixMemory(name);
  expect([unlinkPosixMemory(name), unlinkPosixMemory(name)]).toEqual([true, false]);
  using next = createPosixMemory(name, { bytes: 64 });
  memory.view(Uint8Array)[0] = 7;
  expect([other.view(Uint8Array)[0], next.view(Uint8Array)[0]]).toEqual([7, 0]);
  expect(next.name).not.toBe(memory.name);
  memory.close();
  expect(other.view(Uint8Array)[0]).toBe(7);
});

test("its memory is taken when it is made, and when a foreign object is opened that has none", () => {
  const name = ownName();
  createPosixMemory(name, { bytes: 10_000 }).close();
  const taken = (name: string) => statSync(POSIX_FOLDER + name).blocks * 512 >= 10_000;
  expect(taken(name)).toBe(true);
  const foreign = foreignObject(10_000);
  expect(taken(foreign)).toBe(false);
  openPosixMemory(foreign, { readOnly: true }).close();
  expect(taken(foreign)).toBe(false);
  openPosixMemory(foreign).close();
  expect(taken(foreign)).toBe(true);
});

const TRY = `try { shm.createPosixMemory(place, { bytes: 100_000 }); } catch (error) { console.log(error.code, error.errno, error.message); }
  console.log((await import("node:fs")).readdirSync("/dev/shm").length);
  shm.createPosixMemory(place, { bytes: 50_000 }).view(Uint8Array).fill(1);
  console.log("still alive");`;

test("a full /dev/shm is an error before any SIGBUS: it names the place and how to enlarge it", () => {
  const ended = runApart("-Urm", "mount -t tmpfs -o size=64k tmpfs /dev/shm", TRY, "/big");
  if (ended === undefined) {
    console.log("skipped: a small /dev/shm: unshare(1) may not make a mount namespace here");
    return;
  }
  expect(ended.how).toBe("0");
  const [first, ...others] = ended.printed.split("\n");
  expect(first).toMatch(
    /^MEMORY_LIMIT ENOSPC \/dev\/shm has no room for \/big with its 100000 bytes: 65536 bytes in all/,
  );
  expect(first).toContain("mount -o remount,size=NUMBER /dev/shm");
  expect(others).toEqual(["0", "still alive"]);
});

test("an object that another program left without memory is refused in a full /dev/shm", () => {
  const ended = runApart(
    "-Urm",
    "mount -t tmpfs -o size=64k tmpfs /dev/shm; truncate -s 100000 /dev/shm/big",
    "console.log(codeOf(() => shm.openPosixMemory(place)))",
    "/big",
  );
  if (ended === undefined) return;
  expect(ended).toEqual({ how: "0", printed: "MEMORY_LIMIT" });
});

test("more than /dev/shm or this machine has is refused, and leaves nothing", () => {
  const name = ownName();
  const bytes = (posixRoom()?.bytes ?? 0) + 1;
  expect(codeOf(() => createPosixMemory(name, { bytes }))).toMatch(/^MEMORY_LIMIT/);
  expect(unlinkPosixMemory(name)).toBe(false);
});

test.each([
  ["a folder", (path: string) => mkdirSync(path)],
  ["a FIFO, at once", (path: string) => void mkfifo(path, 0o600)],
  ["a link", (path: string) => symlinkSync("/etc/hostname", path)],
])("%s under that name is refused", (_what, make) => {
  const name = ownName();
  make(POSIX_FOLDER + name);
  onTestFinished(() => rmSync(POSIX_FOLDER + name, { recursive: true, force: true }));
  expect(codeOf(() => openPosixMemory(name))).toBe("MEMORY_FOREIGN");
});

test.each([
  ["scores", "does not begin with a slash"],
  ["", "does not begin with a slash"],
  ["/", "nothing follows the slash"],
  ["/a/b", "second slash"],
  ["/..", "a folder's name"],
  ["/a\0b", "NUL"],
  [`/${"x".repeat(256)}`, "256 bytes follow the slash, and 255 is the most"],
  [`/${"é".repeat(128)}`, "256 bytes follow the slash"],
])("the name %j is refused, and why", (name, why) => {
  for (const act of [openPosixMemory, unlinkPosixMemory, () => createPosixMemory(name, { bytes: 1 })]) {
    expect(() => act(name)).toThrow(
      expect.objectContaining({ code: "BAD_MEMORY_NAME", fact: expect.stringContaining(why) }),
    );
  }
});

test("an object of mode 0 keeps its own maker out, unless that is root", () => {
  const program = `if (process.getuid() === 0) process.setuid(65534);
    const name = place + "-closed";
    shm.createPosixMemory(name, { bytes: 1, mode: 0 });
    try { shm.openPosixMemory(name); } catch (error) { console.log(error.code, error.errno); }
    shm.unlinkPosixMemory(name);`;
  expect(run(program, ownName())).toEqual({ how: "0", printed: "NO_PERMISSION EACCES" });
});

test("the umask takes its bits away from the mode", () => {
  const program = `process.umask(0o027); shm.createPosixMemory(place, { bytes: 1, mode: 0o666 });
    console.log(((await import("node:fs")).statSync("/dev/shm" + place).mode & 0o777).toString(8))`;
  expect(run(program, ownName()).printed).toBe("640");
});

test("memory that was opened for reading is read, and writing to it ends the process with SIGSEGV", () => {
  const name = ownName();
  using memory = createPosixMemory(name, { bytes: 64 });
  memory.view(Uint8Array)[0] = 9;
  const program = `const view = shm.openPosixMemory(place, { readOnly: true }).view(Uint8Array);
    (await import("node:fs")).writeSync(1, String(view[0])); view[0] = 1;`;
  expect(run(program, name)).toEqual({ how: "SIGSEGV", printed: "9" });
});
