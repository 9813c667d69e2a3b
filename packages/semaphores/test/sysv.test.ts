import { execFileSync } from "node:child_process";
import type { IpcError } from "@ipc-playground/contract";
import { ownObject, removeRun } from "@ipc-playground/lab-kit/runner";
import { IPC_CREAT, IPC_EXCL, processStat, semget } from "@ipc-playground/libc";
import {
  createOrOpenSemaphoreSet,
  createSemaphoreSet,
  listSemaphoreSets,
  type Operation,
  openSemaphoreSet,
  readLimit,
  SEMVMX,
  type SemaphoreSet,
  SYSV_LIMITS,
} from "@ipc-playground/semaphores";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { child, codeOf, counterOf, sharedPage, WITHIN } from "./children.ts";
import { compiled, NO_COMPILER } from "./compiled.ts";

afterAll(removeRun);

function removedAtEnd(set: SemaphoreSet): SemaphoreSet {
  onTestFinished(() => {
    try {
      set.remove();
    } catch (error) {
      expect((error as IpcError).code).toBe("SEMAPHORE_REMOVED");
    }
  });
  return set;
}

function ownSet(values: readonly number[], options?: { mode?: number }) {
  const key = Number(ownObject("sysv-sem"));
  return { key, set: removedAtEnd(createSemaphoreSet(key, values, options)) };
}

/** A child that runs a program on the set and has gone to sleep in semop. */
async function sleeper(set: SemaphoreSet, program: string) {
  const one = child(`const set = new sem.SemaphoreSet(${set.id}); ${program}`, sharedPage());
  await one.asleepIn("semtimedop");
  return one;
}

test("a set is made once: EEXIST, and opened only if it is there: ENOENT", () => {
  const { key, set } = ownSet([1]);
  expect(codeOf(() => createSemaphoreSet(key, [5]))).toBe("SEMAPHORE_EXISTS EEXIST");
  expect(openSemaphoreSet(key).id).toBe(set.id);
  set.remove();
  expect(codeOf(() => openSemaphoreSet(key))).toBe("NO_SUCH_SEMAPHORE ENOENT");
});

test("several operations are done all at once, or none of them", () => {
  const { set } = ownSet([1, 0]);
  const both: Operation[] = [
    { index: 0, change: -1 },
    { index: 1, change: -1 },
  ];
  expect(set.operate(both, { noWait: true }).kind).toBe("would-block");
  expect(set.values()).toEqual([1, 0]);
  set.post(1);
  expect(set.operate(both).kind).toBe("done");
  expect(set.values()).toEqual([0, 0]);
});

test("one who waits for two semaphores holds neither until both can be had", async () => {
  const { set } = ownSet([1, 0]);
  const { ended } = await sleeper(
    set,
    `console.log(set.operate([{ index: 0, change: -1 }, { index: 1, change: -1 }]).kind)`,
  );
  expect([set.values(), set.waiters(0) + set.waiters(1)]).toEqual([[1, 0], 1]);
  // Somebody else may have the first one meanwhile.
  set.wait(0);
  set.post(1);
  expect(set.values()).toEqual([0, 1]);
  set.post(0);
  expect(await ended).toBe("done");
  expect(set.values()).toEqual([0, 0]);
});

test("a change of more than one is taken at once, and 0 waits for zero", async () => {
  const { set } = ownSet([3]);
  expect(set.operate([{ index: 0, change: -4 }], { noWait: true }).kind).toBe("would-block");
  expect(set.waitZero(0, { withinMs: 1 }).kind).toBe("timed-out");
  const { ended } = await sleeper(set, `console.log(set.waitZero(0).kind)`);
  expect([set.waiters(0), set.zeroWaiters(0)]).toEqual([0, 1]);
  set.operate([{ index: 0, change: -3 }]);
  expect(await ended).toBe("done");
});

test("the kernel tells who waits, for what, who was last, and when", async () => {
  const { set } = ownSet([0, 7], { mode: 0o640 });
  const { pid, ended } = await sleeper(set, `set.wait(0)`);
  expect([set.waiters(0), set.zeroWaiters(0), set.waiters(1)]).toEqual([1, 0, 0]);
  set.post(0);
  await ended;
  expect(set.lastPid(0)).toBe(pid);
  const { lastOperation, ...stat } = set.stat();
  expect(stat).toMatchObject({ count: 2, mode: 0o640, uid: process.getuid?.() });
  expect(Math.abs(lastOperation - Date.now() / 1_000)).toBeLessThan(60);
});

test("what was taken with SEM_UNDO is given back when the process is killed, without it is not", async () => {
  for (const undo of [true, false]) {
    const { set } = ownSet([1]);
    const holder = child(
      `new sem.SemaphoreSet(${set.id}).wait(0, { undo: ${undo} }); console.log("has it"); setInterval(() => {}, 1e6)`,
      sharedPage(),
    );
    await holder.said("has it");
    expect(set.values()).toEqual([0]);
    holder.started.kill("SIGKILL");
    await holder.ended;
    if (undo) await vi.waitUntil(() => set.value(0) === 1, WITHIN);
    else expect(set.wait(0, { withinMs: 20 }).kind).toBe("timed-out");
  }
});

test("processes killed at random in and out of a hold with SEM_UNDO leave the semaphore free, and the others go on", {
  timeout: 60_000,
}, async () => {
  const { set } = ownSet([1]);
  const page = sharedPage();
  const rounds = counterOf(page);
  const loops = Array.from({ length: 10 }, () =>
    child(
      `const set = new sem.SemaphoreSet(${set.id});
       for (;;) { const held = set.hold(0); Atomics.add(counter, 0, 1); held.release(); }`,
      page,
    ),
  );
  await vi.waitUntil(() => (rounds[0] ?? 0) > 100, WITHIN);
  for (const victim of loops) {
    const enough = Atomics.load(rounds, 0) + Math.floor(Math.random() * 300);
    await vi.waitUntil(() => Atomics.load(rounds, 0) >= enough, WITHIN);
    victim.started.kill("SIGKILL");
    await victim.ended;
  }
  await vi.waitUntil(() => set.value(0) === 1, WITHIN);
});

test("a set that is removed wakes its sleepers with EIDRM, and later calls get EINVAL", async () => {
  const { set } = ownSet([0]);
  const { ended } = await sleeper(
    set,
    `try { set.wait(0); } catch (error) { console.log(error.code, error.errno) }`,
  );
  const inPool = expect(set.waitAsync(0)).rejects.toMatchObject({ code: "SEMAPHORE_REMOVED" });
  await vi.waitUntil(() => set.waiters(0) === 2, WITHIN);
  set.remove();
  expect(await ended).toBe("SEMAPHORE_REMOVED EIDRM");
  await inPool;
  for (const use of [
    () => set.post(0),
    () => set.wait(0, { noWait: true }),
    () => set.value(0),
    () => set.values(),
    () => set.waiters(0),
    () => set.stat(),
    () => set.setValue(0, 1),
    () => set.setValues([1]),
    () => set.remove(),
  ])
    expect(codeOf(use)).toBe("SEMAPHORE_REMOVED EINVAL");
});

test("an index outside the set is refused by every call, and changes nothing", () => {
  const { set } = ownSet([1, 1]);
  for (const index of [2, -1, 0.5, 0x1_0000]) {
    for (const use of [
      () => set.wait(index),
      () => set.post(index),
      () => set.value(index),
      () => set.waiters(index),
      () => set.zeroWaiters(index),
      () => set.lastPid(index),
      () => set.setValue(index, 1),
      () => set.operate([{ index, change: 1 }]),
    ])
      expect(codeOf(use)).toMatch(/^BAD_ARGUMENT/);
  }
  expect(set.values()).toEqual([1, 1]);
});

test("values are whole numbers from 0 to SEMVMX, at the beginning, later and by posting", () => {
  const key = Number(ownObject("sysv-sem"));
  const { set } = ownSet([SEMVMX]);
  for (const [value, code] of [
    [-1, "BAD_ARGUMENT"],
    [0.5, "BAD_ARGUMENT"],
    [SEMVMX + 1, "SEMAPHORE_LIMIT"],
  ] as const) {
    expect(codeOf(() => createSemaphoreSet(key, [value]))).toBe(code);
    expect(codeOf(() => set.setValue(0, value))).toBe(code);
    expect(codeOf(() => set.setValues([value]))).toBe(code);
    if (value !== -1) expect(codeOf(() => set.operate([{ index: 0, change: -value }]))).toBe(code);
  }
  expect(codeOf(() => openSemaphoreSet(key))).toBe("NO_SUCH_SEMAPHORE ENOENT");
  expect(codeOf(() => set.post(0))).toBe("SEMAPHORE_LIMIT ERANGE");
  expect(set.values()).toEqual([SEMVMX]);
});

test("a set without semaphores, as many values as it has not, and no operations, are refused", () => {
  const { set } = ownSet([1, 1]);
  expect(codeOf(() => createSemaphoreSet("private", []))).toBe("BAD_ARGUMENT");
  expect(codeOf(() => set.setValues([1]))).toBe("BAD_ARGUMENT");
  expect(codeOf(() => set.operate([]))).toBe("BAD_ARGUMENT");
});

test("more semaphores than SEMMSL and more operations than SEMOPM are refused by the limit's name", () => {
  const semaphores = (readLimit(SYSV_LIMITS.setSize) ?? 0) + 1;
  const operations = (readLimit(SYSV_LIMITS.operations) ?? 0) + 1;
  const { set } = ownSet([0]);
  const once = { index: 0, change: 1 };
  for (const [use, limit] of [
    [
      () => createSemaphoreSet("private", Array(semaphores).fill(0)),
      `${semaphores - 1} semaphores in one set (SEMMSL`,
    ],
    [() => set.operate(Array(operations).fill(once)), `${operations - 1} operations at once (SEMOPM`],
  ] as const)
    expect(use).toThrow(
      expect.objectContaining({
        code: "SEMAPHORE_LIMIT",
        fact: expect.stringContaining(limit),
        nextStep: expect.stringContaining("sysctl -w kernel.sem="),
      }),
    );
  expect(set.values()).toEqual([0]);
});

test("a set of mode 0600 is not open to another user: EACCES", async ({ skip }) => {
  const { key, set } = ownSet([1], { mode: 0o600 });
  if (process.getuid?.() !== 0) {
    console.log("skipped: becoming another user wants root");
    skip("becoming another user wants root");
  }
  const other = child(
    `process.setuid(65534);
     const set = new sem.SemaphoreSet(${set.id});
     for (const use of [() => sem.openSemaphoreSet(${key}), () => set.wait(0), () => set.value(0), () => set.setValue(0, 1), () => set.remove()])
       try { use(); console.log("done"); } catch (error) { console.log(error.code, error.errno); }`,
    sharedPage(),
  );
  expect((await other.ended).split("\n")).toEqual([
    "NO_PERMISSION EACCES",
    "NO_PERMISSION EACCES",
    "NO_PERMISSION EACCES",
    "NO_PERMISSION EACCES",
    "NO_PERMISSION EPERM",
  ]);
});

test("a set shows in the list until it is removed, and a private one has no key", () => {
  const { key, set } = ownSet([0, 0], { mode: 0o640 });
  expect(listSemaphoreSets().find(({ id }) => id === set.id)).toEqual({
    key,
    id: set.id,
    mode: 0o640,
    count: 2,
    uid: process.getuid?.(),
    lastOperation: set.stat().lastOperation,
  });
  set.remove();
  expect(listSemaphoreSets().some(({ id }) => id === set.id)).toBe(false);
  expect(removedAtEnd(createSemaphoreSet("private", [1])).stat().key).toBe(0);
});

test("a set that was made has been operated on once, and its values are as they were given", () => {
  for (const values of [[0], [1], [SEMVMX, 0], [0, SEMVMX]]) {
    const { set } = ownSet(values);
    expect(set.values()).toEqual(values);
    expect(set.stat().lastOperation).toBeGreaterThan(0);
  }
});

test("of many that create or open at once one is the maker, and nobody finds it unready", {
  timeout: 60_000,
}, async () => {
  const key = Number(ownObject("sysv-sem"));
  const page = sharedPage();
  const racers = Array.from({ length: 6 }, () =>
    child(
      `Atomics.add(counter, 0, 1);
       while (Atomics.load(counter, 0) < 6);
       const { set, created } = sem.createOrOpenSemaphoreSet(${key}, [5, 6]);
       console.log(created, set.id, ...set.values())`,
      page,
    ),
  );
  const told = await Promise.all(racers.map(({ ended }) => ended));
  const { id } = removedAtEnd(openSemaphoreSet(key));
  expect(told.toSorted()).toEqual([...Array(5).fill(`false ${id} 5 6`), `true ${id} 5 6`]);
});

test("one that opens a set waits until its maker has set it up", async () => {
  const key = Number(ownObject("sysv-sem"));
  // As far as a maker has come who was interrupted between the two calls.
  const set = removedAtEnd(openById(semget(key, 1, IPC_CREAT | IPC_EXCL | 0o600)));
  const opener = child(
    `console.log("opening"); console.log(sem.createOrOpenSemaphoreSet(${key}, [9]).set.values())`,
    sharedPage(),
  );
  await opener.said("opening");
  await opener.asleepIn("futex");
  set.setValue(0, 3);
  expect(processStat(opener.pid)).not.toBeNull();
  set.operate([{ index: 0, change: 1 }]);
  expect(await opener.ended).toBe("opening\n[ 4 ]");
});

test("one that opens a set that nobody sets up says so in time, and so does one that finds fewer semaphores", () => {
  const key = Number(ownObject("sysv-sem"));
  removedAtEnd(openById(semget(key, 1, IPC_CREAT | IPC_EXCL | 0o600)));
  expect(codeOf(() => createOrOpenSemaphoreSet(key, [1], { withinMs: 5 }))).toBe("DEADLINE_PASSED");
  expect(codeOf(() => createOrOpenSemaphoreSet(key, [1, 1]))).toBe("BAD_ARGUMENT EINVAL");
});

test.skipIf(NO_COMPILER)("a C program finds the set by its key, and operates on it", () => {
  const { key, set } = ownSet([10, 0]);
  execFileSync(compiled("peer"), ["sysv", `${key}`, "10"], { stdio: "inherit" });
  expect(set.values()).toEqual([0, 10]);
});

function openById(id: number): SemaphoreSet {
  expect(id).toBeGreaterThanOrEqual(0);
  const key = listSemaphoreSets().find((line) => line.id === id)?.key as number;
  return openSemaphoreSet(key);
}
