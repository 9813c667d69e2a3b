import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
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

test.skipIf(!hasCompiler)("the yardsticks compile without a warning", () => {
  const source = fileURLToPath(new URL("../yardstick/pipe.c", import.meta.url));
  const flags = ["-O2", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"];
  execFileSync("cc", [...flags, source], { stdio: "pipe" });
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
