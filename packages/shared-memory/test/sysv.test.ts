import { removeRun } from "@ipc-playground/lab-kit/runner";
import {
  createSysvMemory,
  keyText,
  listSysvMemory,
  openSysvMemory,
  removeSysvMemory,
  type SysvDriver,
  sysvMemoryStat,
} from "@ipc-playground/shared-memory";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { ownKey, whyNotPackage } from "./kinds.ts";
import { codeOf, run, runApart } from "./processes.ts";

afterAll(removeRun);

function own(driver: SysvDriver, bytes = 64, mode = 0o600) {
  const key = ownKey();
  const memory = createSysvMemory(key, { bytes, mode, driver });
  onTestFinished(() => memory.close());
  return { key, memory };
}

const drivers: readonly SysvDriver[] = whyNotPackage() ? ["libc"] : ["libc", "shm-typed-array"];

describe.each(drivers)("by %s", (driver) => {
  test("the kernel knows who made a segment, its size, its mode, and its attachments", () => {
    const { key, memory } = own(driver, 100, 0o640);
    const facts = {
      key,
      mode: 0o640,
      removed: false,
      bytes: 100,
      creator: process.pid,
      lastUser: process.pid,
      attachments: 1,
      uid: process.getuid?.(),
    };
    expect(sysvMemoryStat(key)).toMatchObject(facts);
    expect(listSysvMemory().find(({ id }) => id === memory.id)).toEqual({ ...facts, id: memory.id });
  });

  test("a segment that is removed while it is attached works on, and goes with the last attachment", () => {
    const { key, memory } = own(driver);
    expect([removeSysvMemory(key), removeSysvMemory(key)]).toEqual([true, false]);
    memory.view(Uint8Array)[0] = 7;
    expect(memory.view(Uint8Array)[0]).toBe(7);
    expect(sysvMemoryStat(memory)).toMatchObject({ removed: true, attachments: 1, key: 0 });
    expect(codeOf(() => openSysvMemory(key, { driver }))).toBe("NO_SUCH_MEMORY ENOENT");
    // The key is free: another segment may have it, and is another.
    const next = createSysvMemory(key, { bytes: 8, driver });
    expect([next.id === memory.id, next.view(Uint8Array)[0]]).toEqual([false, 0]);
    memory.close();
    expect(codeOf(() => sysvMemoryStat(memory))).toMatch(/^NO_SUCH_MEMORY/);
    next.close();
  });

  test("the umask has no say", () => {
    const key = ownKey();
    run(`process.umask(0o777); shm.createSysvMemory(${key}, { bytes: 1, mode: 0o666, driver: "${driver}" })`);
    expect(sysvMemoryStat(key).mode).toBe(0o666);
  });

  test("a mode without its maker is refused, and nothing is made", () => {
    const key = ownKey();
    expect(codeOf(() => createSysvMemory(key, { bytes: 8, mode: 0o066, driver }))).toBe("BAD_ARGUMENT");
    expect(removeSysvMemory(key)).toBe(false);
  });

  test("a size over kernel.shmmax, and a segment over kernel.shmmni, name the limit and how to raise it", () => {
    const ended = runApart(
      "-Uri",
      "echo 8192 > /proc/sys/kernel/shmmax; echo 1 > /proc/sys/kernel/shmmni",
      `const say = (bytes, key) => { try { shm.createSysvMemory(key, { bytes, driver }); console.log("made"); }
         catch (error) { console.log(error.code, error.errno, error.message); } };
       say(8193, 5); say(8192, 6); say(1, 7); shm.removeSysvMemory(6);`,
      "",
      driver,
    );
    if (ended === undefined) {
      console.log("skipped: limits of System V segments: unshare(1) may not make an IPC namespace here");
      return;
    }
    const [large, made, many] = ended.printed.split("\n");
    expect(large).toMatch(
      /^MEMORY_LIMIT EINVAL .*8193 bytes.*at most 8192 bytes in one segment \(\/proc\/sys\/kernel\/shmmax\)/,
    );
    expect(large).toContain("sysctl -w kernel.shmmax=NUMBER");
    expect(made).toBe("made");
    expect(many).toMatch(/^MEMORY_LIMIT ENOSPC .*at most 1 segments in the system/);
  });

  test("exit leaves every segment that was ever attached, and takes none that others have", () => {
    const keys = [ownKey(), ownKey(), ownKey()];
    const program = `const keys = place.split(" ").map(Number);
      for (let round = 0; round < 3; round++) {
        for (const key of keys) {
          const memory = round === 0 ? shm.createSysvMemory(key, { bytes: 64, driver }) : shm.openSysvMemory(key, { driver });
          memory.view(Uint8Array)[0]++;
          if (round < 2 || key === keys[1]) memory.close();
        }
      }`;
    expect(run(program, keys.join(" "), driver)).toEqual({ how: "0", printed: "" });
    for (const key of keys) {
      using memory = openSysvMemory(key, { driver });
      expect(memory.view(Uint8Array)[0]).toBe(3);
    }
  });
});

test("by shm-typed-array a process has one attachment, counted; by libc one for each opening", () => {
  for (const driver of drivers) {
    const { key, memory } = own(driver);
    const others = [openSysvMemory(key, { driver }), openSysvMemory(key, { driver })];
    expect(sysvMemoryStat(key).attachments).toBe(driver === "libc" ? 3 : 1);
    const view = memory.view(Uint8Array);
    memory.close();
    expect(view.length).toBe(driver === "libc" ? 0 : 64);
    for (const other of others) other.close();
    expect([view.length, sysvMemoryStat(key).attachments]).toEqual([0, 0]);
  }
});

test.each([0, 0.5, Number.NaN, 2 ** 32, -(2 ** 31) - 1])("the key %s is refused", (key) => {
  expect(codeOf(() => openSysvMemory(key))).toBe("BAD_ARGUMENT");
});

test("a key with its highest bit is the same as a negative one", () => {
  const key = 0xf000_0000 + (process.pid & 0xff_ffff);
  for (const driver of drivers) {
    const memory = createSysvMemory(key, { bytes: 8, driver });
    onTestFinished(() => void removeSysvMemory(key));
    expect(sysvMemoryStat(key | 0).key >>> 0).toBe(key);
    expect(keyText(key)).toBe(`0x${key.toString(16)}`);
    removeSysvMemory(key);
    memory.close();
  }
});

test("a segment that was attached for reading is read, and writing to it ends the process with SIGSEGV", () => {
  const { key, memory } = own("libc");
  memory.view(Uint8Array)[0] = 9;
  const program = `const view = shm.openSysvMemory(Number(place), { readOnly: true }).view(Uint8Array);
    (await import("node:fs")).writeSync(1, String(view[0])); view[0] = 1;`;
  expect(run(program, `${key}`)).toEqual({ how: "SIGSEGV", printed: "9" });
});

test("in a worker thread libc serves", () => {
  const program = `import { Worker } from "node:worker_threads";
    const worker = new Worker(\`import("@ipc-playground/shared-memory").then((shm) => console.log(shm.defaultSysvDriver()))\`, { eval: true });
    await new Promise((resolve) => worker.on("exit", resolve));`;
  expect(run(program)).toEqual({ how: "0", printed: "libc" });
});
