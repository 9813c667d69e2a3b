import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { ownObject, removeRun } from "@ipc-playground/lab-kit/runner";
import { munmap, SEM_T_BYTES } from "@ipc-playground/libc";
import {
  createPosixSemaphore,
  NAME_BYTES,
  openPosixSemaphore,
  placeSemaphore,
  SEM_VALUE_MAX,
  semaphoreAt,
  unlinkPosixSemaphore,
} from "@ipc-playground/semaphores";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { child, codeOf, SEMAPHORE_AT, sharedPage, WITHIN } from "./children.ts";
import { compiled, NO_COMPILER } from "./compiled.ts";

afterAll(removeRun);

function named(value: number, mode?: number) {
  const name = ownObject("posix-sem");
  const semaphore = createPosixSemaphore(name, { value, ...(mode !== undefined && { mode }) });
  onTestFinished(() => {
    semaphore.close();
    unlinkPosixSemaphore(name);
  });
  return { name, semaphore };
}

test("a name is created once: EEXIST, and opened only if it is there: ENOENT", () => {
  const { name, semaphore } = named(1);
  expect(codeOf(() => createPosixSemaphore(name, { value: 5 }))).toBe("SEMAPHORE_EXISTS EEXIST");
  expect(semaphore.value()).toBe(1);
  expect(unlinkPosixSemaphore(name)).toBe(true);
  expect(unlinkPosixSemaphore(name)).toBe(false);
  expect(codeOf(() => openPosixSemaphore(name))).toBe("NO_SUCH_SEMAPHORE ENOENT");
});

test("reopening a name in one process gives the same semaphore, and closing one leaves the other", () => {
  const { name, semaphore } = named(0);
  const again = openPosixSemaphore(name);
  again.post();
  expect(semaphore.value()).toBe(1);
  again.close();
  expect(semaphore.tryWait().kind).toBe("taken");
});

test("trywait at zero is EAGAIN, as a value", () => {
  expect(named(0).semaphore.tryWait()).toEqual({ kind: "would-block" });
});

test("an unlinked name leaves open handles working, and a new semaphore of that name is another one", () => {
  const { name, semaphore } = named(1);
  unlinkPosixSemaphore(name);
  using other = createPosixSemaphore(name, { value: 7 });
  semaphore.wait();
  semaphore.post();
  expect([semaphore.value(), other.value()]).toEqual([1, 7]);
});

test("a named semaphore outlives the process that made it, with its value", async () => {
  const { name } = named(0);
  unlinkPosixSemaphore(name);
  await child(`sem.createPosixSemaphore("${name}", { value: 0 }).post()`, sharedPage()).ended;
  using left = openPosixSemaphore(name);
  expect(left.value()).toBe(1);
});

test("what a killed process has taken stays taken", async () => {
  const { name, semaphore } = named(1);
  const holder = child(
    `sem.openPosixSemaphore("${name}").wait(); console.log("has it"); setInterval(() => {}, 1e6)`,
    sharedPage(),
  );
  await holder.said("has it");
  holder.started.kill("SIGKILL");
  await holder.ended;
  expect(semaphore.tryWait().kind).toBe("would-block");
});

test.skipIf(NO_COMPILER)("a C program's handler may post: sem_post is async-signal-safe", async () => {
  const { name } = named(0);
  const program = spawn(compiled("peer"), ["handler", name], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void program.kill("SIGKILL"));
  const [ready] = await once(program.stdout, "data");
  expect(`${ready}`).toBe("waiting\n");
  // It sleeps in sem_wait, and its own handler wakes it.
  program.kill("SIGUSR2");
  expect(await once(program, "exit")).toEqual([0, null]);
});

test.skipIf(NO_COMPILER)("a C program and this one hand a named semaphore to and fro", async () => {
  const [there, back] = [named(0), named(0)];
  const program = spawn(compiled("peer"), ["echo", there.name, back.name, "1000"], { stdio: "inherit" });
  onTestFinished(() => void program.kill("SIGKILL"));
  const exited = once(program, "exit");
  for (let i = 0; i < 1000; i++) {
    there.semaphore.post();
    expect((await back.semaphore.waitAsync({ withinMs: 20_000 })).kind).toBe("taken");
  }
  expect(await exited).toEqual([0, null]);
});

test.each([
  ["door", "does not begin with a slash"],
  ["/", "nothing follows the slash"],
  ["/a/b", "a second slash"],
  ["/a\0b", "a NUL byte"],
  [`/${"x".repeat(NAME_BYTES + 1)}`, `${NAME_BYTES + 1} bytes follow the slash`],
  [`/${"ä".repeat(126)}`, "252 bytes follow the slash"],
])("the name %j is refused, and says why", (name, why) => {
  for (const use of [
    () => createPosixSemaphore(name, { value: 0 }),
    () => openPosixSemaphore(name),
    () => unlinkPosixSemaphore(name),
  ]) {
    expect(use).toThrow(
      expect.objectContaining({ code: "BAD_SEMAPHORE_NAME", fact: expect.stringContaining(why) }),
    );
  }
});

test("the longest name is as long as the limit says", () => {
  const start = ownObject("posix-sem");
  const name = start.padEnd(1 + NAME_BYTES, "x");
  using semaphore = createPosixSemaphore(name, { value: 3 });
  expect(unlinkPosixSemaphore(name)).toBe(true);
  expect(semaphore.value()).toBe(3);
});

test("a value below 0 or between two is refused, one over SEM_VALUE_MAX is a limit, and so is a post there", () => {
  const name = ownObject("posix-sem");
  const page = new Uint8Array(sharedPage().mapping.buffer);
  for (const [value, code] of [
    [-1, "BAD_ARGUMENT"],
    [1.5, "BAD_ARGUMENT"],
    [Number.NaN, "BAD_ARGUMENT"],
    [SEM_VALUE_MAX + 1, "SEMAPHORE_LIMIT"],
  ] as const) {
    expect(codeOf(() => createPosixSemaphore(name, { value }))).toBe(code);
    expect(codeOf(() => placeSemaphore(page, value))).toBe(code);
  }
  const { semaphore } = named(SEM_VALUE_MAX);
  expect(codeOf(() => semaphore.post())).toBe("SEMAPHORE_LIMIT EOVERFLOW");
  expect(semaphore.value()).toBe(SEM_VALUE_MAX);
});

test("a semaphore of mode 0600 is not open to another user: EACCES", async ({ skip }) => {
  const { name } = named(0, 0o600);
  if (process.getuid?.() !== 0) {
    console.log("skipped: becoming another user wants root");
    skip("becoming another user wants root");
  }
  const other = child(
    `process.setuid(65534);
     try { sem.openPosixSemaphore("${name}"); console.log("opened"); } catch (error) { console.log(error.code, error.errno); }`,
    sharedPage(),
  );
  expect(await other.ended).toBe("NO_PERMISSION EACCES");
});

test("a file of another length in a semaphore's place is refused, and does not end the process", () => {
  const name = ownObject("posix-sem");
  onTestFinished(() => void unlinkPosixSemaphore(name));
  for (const bytes of [0, SEM_T_BYTES - 1, 4096]) {
    writeFileSync(`/dev/shm/sem.${name.slice(1)}`, Buffer.alloc(bytes));
    expect(codeOf(() => openPosixSemaphore(name))).toBe("MEMORY_FOREIGN");
  }
});

test("after close every call is an error and not a crash, and closing twice is not", async () => {
  const { semaphore } = named(1);
  semaphore.close();
  semaphore.close();
  for (const use of [
    () => semaphore.post(),
    () => semaphore.tryWait(),
    () => semaphore.wait(),
    () => semaphore.value(),
    () => semaphore.hold(),
  ])
    expect(codeOf(use)).toBe("ALREADY_CLOSED");
  await expect(semaphore.waitAsync()).rejects.toMatchObject({ code: "ALREADY_CLOSED" });
});

test("closing rejects the async waits that are under way, and a post that comes meanwhile is not lost", async () => {
  const { name, semaphore } = named(0);
  for (let i = 0; i < 20; i++) {
    const handle = openPosixSemaphore(name);
    const waits = [1, 2, 3, 4, 5].map(() => handle.waitAsync());
    const ends = Promise.allSettled(waits);
    await new Promise((resolve) => setImmediate(resolve));
    handle.close();
    semaphore.post();
    const codes = (await ends).map((end) => end.status === "rejected" && end.reason.code);
    expect(codes).toEqual(Array(5).fill("ALREADY_CLOSED"));
    expect(semaphore.tryWait().kind).toBe("taken");
  }
});

test("after its memory is unmapped every call on an unnamed semaphore is an error and not a crash", async () => {
  const { mapping } = sharedPage();
  const bytes = new Uint8Array(mapping.buffer, SEMAPHORE_AT, SEM_T_BYTES);
  const semaphore = placeSemaphore(bytes, 0);
  const waiting = semaphore.waitAsync();
  const rejected = expect(waiting).rejects.toMatchObject({ code: "ALREADY_CLOSED" });
  await new Promise((resolve) => setImmediate(resolve));
  munmap(mapping);
  await rejected;
  for (const use of [() => semaphore.post(), () => semaphore.tryWait(), () => semaphore.value()])
    expect(codeOf(use)).toBe("ALREADY_CLOSED");
  expect(codeOf(() => semaphoreAt(bytes))).toBe("BAD_ARGUMENT");
});

test("a semaphore wants 32 bytes at a multiple of 8", () => {
  const { buffer } = sharedPage().mapping;
  expect(codeOf(() => placeSemaphore(new Uint8Array(buffer, 0, SEM_T_BYTES - 1), 0))).toBe("BAD_ARGUMENT");
  expect(codeOf(() => semaphoreAt(new Uint8Array(buffer, 4, SEM_T_BYTES)))).toBe("BAD_ARGUMENT");
  expect(placeSemaphore(new Uint8Array(buffer, 8, SEM_T_BYTES), 5).value()).toBe(5);
});

test("an unnamed semaphore does not move with a small array that is not shared", async () => {
  const semaphore = placeSemaphore(new Uint8Array(SEM_T_BYTES), 4);
  for (let i = 0; i < 1e5; i++) void [i];
  await vi.waitUntil(() => semaphore.value() === 4, WITHIN);
});
