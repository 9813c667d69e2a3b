import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mode } from "@ipc-playground/bench-kit";
import { expect, onTestFinished, test } from "vitest";
import { compileYardstick } from "../src/run/compile.ts";
import { launchYardstick } from "../src/run/yardstick.ts";
import { children } from "./fixtures/children.ts";
import { hasCompiler } from "./fixtures/compiler.ts";

const header = fileURLToPath(new URL("../yardstick/yardstick.h", import.meta.url));

/** A directory with one yardstick of this source. */
function sourcesWith(source: string): string {
  const directory = mkdtempSync(join(tmpdir(), "ipc-playground-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  copyFileSync(header, join(directory, "yardstick.h"));
  writeFileSync(join(directory, "odd.c"), source);
  return directory;
}

function program(name: string): string {
  const compiled = compileYardstick(name);
  if (compiled.kind === "absent") throw new Error(compiled.reason);
  return compiled.program;
}

test("no compiler is a stated fact, not an error", () => {
  const sources = sourcesWith(`/* ${Math.random()} */`);
  expect(compileYardstick("odd", { compiler: "no-such-compiler", sources })).toEqual({
    kind: "absent",
    reason: "no C compiler",
  });
});

test.skipIf(!hasCompiler)("a program that the compiler refuses is an error with the compiler's words", () => {
  expect(() =>
    compileYardstick("odd", { sources: sourcesWith("int main(void) { return nonsense; }") }),
  ).toThrow(
    expect.objectContaining({ code: "COMPILE_FAILED", message: expect.stringContaining("nonsense") }),
  );
});

test.skipIf(!hasCompiler)("a yardstick is compiled once for each version of its source", () => {
  const first = program("pipe");
  const { mtimeMs } = statSync(first);
  expect(program("pipe")).toBe(first);
  expect(statSync(first).mtimeMs).toBe(mtimeMs);
});

const yardsticks = readdirSync(dirname(header)).filter((name) => name.endsWith(".c"));

test.skipIf(!hasCompiler).each(yardsticks)("%s compiles without a warning", (name) => {
  const flags = ["-O2", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"];
  execFileSync("cc", [...flags, join(dirname(header), name)], { stdio: "pipe" });
});

const options = { measures: ["latency", "rate", "throughput"] as const, timedMs: 1, watchdogMs: 20_000 };

test.skipIf(!hasCompiler).each([1, 4, 5, 100, 70_000])(
  "the pipe yardstick runs with messages of %i bytes",
  async (size) => {
    const { measured } = await launchYardstick({ ...options, program: program("pipe"), size, messages: 50 });
    expect(Object.keys(measured)).toEqual(["latency", "rate", "throughput"]);
    for (const { messages, ns } of Object.values(measured)) {
      expect(messages).toBe(50);
      expect(ns).toBeGreaterThan(0);
    }
    expect(measured.latency?.samples).toHaveLength(50);
    expect(children()).toEqual([]);
  },
);

/** Adds one to a counter in shared memory: `OPERATES` and the way to add are the caller's. */
const counting = (operators: 1 | 2, addOne: string) => `#define OPERATES ${operators}
#include "yardstick.h"
static _Atomic int64_t *counter;
static void open_channel(void) {
  counter = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}
static void take_side(enum side side) { (void)side; }
static void operate(uint32_t count) { while (count--) ${addOne}; }
static int64_t operated(void) { return *counter; }
static void close_channel(void) { munmap(counter, 4096); }
`;

async function operationsOf(source: string, messages: number) {
  const compiled = compileYardstick("odd", { sources: sourcesWith(source) });
  const program = compiled.kind === "ready" ? compiled.program : "";
  const measures = ["operations"] as const;
  return (await launchYardstick({ ...options, program, size: 0, measures, messages })).measured.operations;
}

test.skipIf(!hasCompiler)("a yardstick operates alone, or on both sides at once", async () => {
  const alone = await operationsOf(counting(1, "++*counter"), 1000);
  expect(alone).toMatchObject({ messages: 1000, operators: "alone" });
  const both = await operationsOf(counting(2, "++*counter"), 1_000_000);
  expect(both?.operators).toBe("both");
  expect(both?.messages).toBeGreaterThanOrEqual(1_000_000);
  expect(both?.messages).toBeLessThanOrEqual(2_000_000);
});

test.skipIf(!hasCompiler)("a yardstick whose operations do not add up is no number", async () => {
  await expect(operationsOf(counting(1, "*counter += 2"), 10)).rejects.toMatchObject({
    fact: expect.stringContaining("two operations happened at once"),
  });
});

/** Writes its batches of up to 8 messages as one: over a pipe, because that is what is there. */
const batching = `#define BATCHES
#include "yardstick.h"
static int ends[2][2], in, out;
static unsigned char held[8][100];
static int count;
static void open_channel(void) { if (pipe(ends[0]) < 0 || pipe(ends[1]) < 0) fail("pipe"); }
static void take_side(enum side side) { in = ends[side == A][0]; out = ends[side == B][1]; }
static void send_message(const unsigned char *m, size_t n) { if (write(out, m, n) < 0) fail("write"); }
static void receive_message(unsigned char *m, size_t n) { if (read(in, m, n) != (ssize_t)n) fail("read"); }
static void flush_batch(void) { if (count) send_message(held[0], 100 * (size_t)count); count = 0; }
static void batch_message(const unsigned char *m, size_t n) {
  memcpy(held[count++], m, n);
  if (count == 8 || !strcmp(mode, "hybrid")) flush_batch();
}
static void close_channel(void) { for (int i = 0; i < 4; i++) close(ends[i / 2][i % 2]); }
`;

test.skipIf(!hasCompiler)("a yardstick batches, flushes at the end, and is told how to wait", async () => {
  const compiled = compileYardstick("odd", { sources: sourcesWith(batching) });
  const program = compiled.kind === "ready" ? compiled.program : "";
  const writes = async (waits?: Mode) => {
    const { measured } = await launchYardstick({ ...options, program, size: 100, waits, messages: 1003 });
    return Object.values(measured).map(({ messages }) => messages);
  };
  expect(await writes()).toEqual([1003, 1003, 1003]);
  expect(await writes("hybrid")).toEqual([1003, 1003, 1003]);
});

test.skipIf(!hasCompiler)("a yardstick that fails says why", async () => {
  const sources = sourcesWith(
    `#include <stdio.h>\nint main(void) { fputs("the C side said no", stderr); return 1; }`,
  );
  const compiled = compileYardstick("odd", { sources });
  await expect(
    launchYardstick({ ...options, program: compiled.kind === "ready" ? compiled.program : "", size: 1 }),
  ).rejects.toMatchObject({ fact: "the C yardstick ended with exit code 1: the C side said no" });
});

test.skipIf(!hasCompiler)("a stuck yardstick is ended with everything it forked", async () => {
  const sources = sourcesWith("#include <unistd.h>\nint main(void) { fork(); pause(); }");
  const compiled = compileYardstick("odd", { sources });
  const stuck = {
    ...options,
    program: compiled.kind === "ready" ? compiled.program : "",
    size: 1,
    watchdogMs: 300,
  };
  await expect(launchYardstick(stuck)).rejects.toMatchObject({
    fact: "the C yardstick was not done within 0.3 s",
  });
  expect(children()).toEqual([]);
});
