import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { IpcError } from "@ipc-playground/contract";
import {
  makeFifo,
  NAME_MAX_BYTES,
  openReadEnd,
  openReadEndNow,
  openWriteEndNow,
  openWriteEndWithin,
  PATH_MAX_BYTES,
} from "@ipc-playground/fifos";
import { expect, onTestFinished, test, vi } from "vitest";
import { codeOf, ownFifo, ownFolder } from "./own-fifo.ts";

function thrownBy(action: () => unknown): IpcError {
  try {
    action();
  } catch (error) {
    if (error instanceof IpcError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test("a FIFO path that is a regular file is refused by every way to open it", async () => {
  const path = join(ownFolder(), "plain");
  writeFileSync(path, "text");
  for (const open of [openReadEnd, openReadEndNow, openWriteEndNow]) {
    const error = thrownBy(() => open(path));
    expect(error.code).toBe("NOT_A_FIFO");
    expect(error.fact).toContain(`${path} for`);
    expect(error.fact).toContain("it is a regular file");
    expect(error.nextStep).toContain(`ls -l ${path}`);
  }
  await expect(openWriteEndWithin(path, 1_000)).rejects.toMatchObject({ code: "NOT_A_FIFO" });
});

test("a folder, a device and a socket are refused, and told apart from a FIFO without a reader", async () => {
  const folder = ownFolder();
  const socket = join(folder, "socket");
  const server = createServer().listen(socket);
  onTestFinished(() => {
    server.close();
  });
  await vi.waitUntil(() => server.listening);
  expect(thrownBy(() => openReadEndNow(folder)).fact).toContain("it is a folder");
  expect(thrownBy(() => openReadEndNow("/dev/null")).fact).toContain("it is a device");
  expect(thrownBy(() => openWriteEndNow(socket)).fact).toContain("it is a socket");
});

test("a missing folder or FIFO is named, with the command that makes it", () => {
  const path = join(ownFolder(), "missing", "fifo");
  for (const action of [() => makeFifo(path), () => openReadEndNow(path)]) {
    const error = thrownBy(action);
    expect([error.code, error.errno]).toEqual(["NO_SUCH_FILE", "ENOENT"]);
    expect(error.message).toContain(path);
    expect(error.nextStep).toContain("mkfifo");
  }
  expect(codeOf(() => makeFifo("/dev/null/fifo"))).toBe("NO_SUCH_FILE ENOTDIR");
});

test("a path that is taken is refused, by a FIFO or by anything else", () => {
  const fifo = ownFifo();
  expect(codeOf(() => makeFifo(fifo))).toBe("FILE_EXISTS EEXIST");
  expect(codeOf(() => makeFifo("/dev/null"))).toBe("FILE_EXISTS EEXIST");
  expect(thrownBy(() => makeFifo(fifo)).nextStep).toContain(fifo);
});

test("a path that is empty, too long or has a NUL in it is refused", () => {
  const folder = ownFolder();
  expect(codeOf(() => makeFifo(""))).toBe("BAD_ARGUMENT");
  expect(codeOf(() => makeFifo(join(folder, "a\0b")))).toBe("BAD_ARGUMENT");
  expect(codeOf(() => openReadEndNow("a\0b"))).toBe("BAD_ARGUMENT");
  const long = thrownBy(() => makeFifo(join(folder, "x".repeat(NAME_MAX_BYTES + 1))));
  expect([long.code, long.errno]).toEqual(["BAD_ARGUMENT", "ENAMETOOLONG"]);
  expect(long.nextStep).toContain(`${NAME_MAX_BYTES} bytes`);
  expect(codeOf(() => makeFifo(`${folder}${"/.".repeat(PATH_MAX_BYTES / 2)}/fifo`))).toBe(
    "BAD_ARGUMENT ENAMETOOLONG",
  );
  makeFifo(join(folder, "x".repeat(NAME_MAX_BYTES)));
});

/** Run a module of this package as a user who may not do everything; root becomes nobody. */
function asPlainUser(code: string): string {
  const program = `
    import { makeFifo, openReadEndNow, openWriteEndNow } from "@ipc-playground/fifos";
    if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); }
    try { ${code}; console.log("allowed"); } catch (error) { console.log(error.code, error.errno, error.nextStep); }
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    cwd: new URL(".", import.meta.url),
    encoding: "utf8",
  });
  return stdout.trim() || stderr;
}

test("no permission: for the folder and for the FIFO itself", () => {
  const folder = ownFolder();
  chmodSync(folder, 0o755);
  const path = makeFifo(join(folder, "fifo"), { mode: 0o600 }).path;
  const shut = join(folder, "shut");
  mkdirSync(shut);
  chmodSync(path, process.getuid?.() === 0 ? 0o600 : 0o000);
  chmodSync(shut, 0o555);
  expect(asPlainUser(`openReadEndNow(${JSON.stringify(path)})`)).toMatch(
    `NO_PERMISSION EACCES ls -ld ${folder} ${path}`,
  );
  expect(asPlainUser(`makeFifo(${JSON.stringify(join(shut, "fifo"))})`)).toMatch(/^NO_PERMISSION EACCES/);
});

/** A file system without a free inode, which only we see. In a user namespace, where root is not ours. */
function onFullDisk(folder: string, code: string) {
  const program = `
    import { makeFifo } from "@ipc-playground/fifos";
    try { ${code}; console.log("allowed"); } catch (error) { console.log(error.code, error.errno, error.message); }
  `;
  const flags = process.getuid?.() === 0 ? "-m" : "-Urm";
  const script = 'mount -t tmpfs -o nr_inodes=1 none "$1" && exec "$0" --input-type=module -e "$2"';
  return spawnSync("unshare", [flags, "sh", "-c", script, process.execPath, folder, program], {
    cwd: new URL(".", import.meta.url),
    encoding: "utf8",
  });
}

test("a full disk: mkfifo says so, and which one", (context) => {
  const folder = ownFolder();
  const path = join(folder, "fifo");
  const { status, stdout, stderr } = onFullDisk(folder, `makeFifo(${JSON.stringify(path)})`);
  if (status !== 0) return context.skip(`needs a mount namespace: ${stderr.trim()}`);
  expect(stdout).toContain("DISK_FULL ENOSPC");
  expect(stdout).toContain(`df -i ${folder}`);
});
