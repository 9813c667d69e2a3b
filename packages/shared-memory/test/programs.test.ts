import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownObject, removeRun } from "@ipc-playground/lab-kit/runner";
import { openPosixMemory, type SharedMemory, unlinkPosixMemory } from "@ipc-playground/shared-memory";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { posix, sysv, whyNotPackage } from "./kinds.ts";
import type { MemoryKind } from "./memory-suite.ts";
import { runCommand } from "./processes.ts";

const folder = mkdtempSync(join(tmpdir(), "shared-memory-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterAll(removeRun);

const PROGRAM = join(folder, "program");
const noCompiler = whyNotCompiled();
const noPython = runCommand("python3", ["-c", ""]).how === "0" ? undefined : "needs python3";
if (noPython) console.log(`skipped: ${noPython}`);

/** Nothing but Python's own modules: what is under the name, as a file. */
const PYTHON = `
import mmap, os, sys
fd = os.open("/dev/shm" + sys.argv[1], os.O_RDWR)
memory = mmap.mmap(fd, 0)
sys.stdout.write("%d %s" % (len(memory), memory[:8].hex()))
memory[8:10] = b"ok"`;

const HELLO = Buffer.from("0102030405060708", "hex");

function own(kind: MemoryKind): { place: string; memory: SharedMemory } {
  const place = kind.fresh();
  const memory = kind.create(place, { bytes: 100 });
  onTestFinished(() => memory.close());
  memory.view(Uint8Array).set(HELLO);
  return { place, memory };
}

const answer = (memory: SharedMemory) => Buffer.from(memory.view(Uint8Array, 8, 2)).toString();

describe.skipIf(noCompiler)(noCompiler ? `a C program (skipped: ${noCompiler})` : "a C program", () => {
  test.each([
    { mode: "posix", title: "a POSIX object", kind: posix },
    { mode: "sysv", title: "a segment of libc", kind: sysv("libc") },
    { mode: "sysv", title: "a segment of shm-typed-array", kind: sysv("shm-typed-array"), native: true },
  ])("sees exactly the bytes of $title, and is seen", ({ mode, kind, native }) => {
    if (native && whyNotPackage()) return;
    const { place, memory } = own(kind);
    expect(runCommand(PROGRAM, [mode, place])).toEqual({ how: "0", printed: "100 0102030405060708" });
    expect(answer(memory)).toBe("ok");
  });

  test("made an object: here it is, with exactly its size", () => {
    const name = ownObject("posix-shm");
    onTestFinished(() => void unlinkPosixMemory(name));
    expect(runCommand(PROGRAM, ["make", name]).printed).toBe("100 0000000000000000");
    using memory = openPosixMemory(name, { bytes: 100 });
    expect([memory.bytes, answer(memory)]).toEqual([100, "ok"]);
  });
});

describe.skipIf(noPython)(noPython ? `a Python program (skipped: ${noPython})` : "a Python program", () => {
  test("sees exactly the bytes of a POSIX object, and is seen", () => {
    const { place, memory } = own(posix);
    expect(runCommand("python3", ["-c", PYTHON, place])).toEqual({
      how: "0",
      printed: "100 0102030405060708",
    });
    expect(answer(memory)).toBe("ok");
  });
});

function whyNotCompiled(): string | undefined {
  const source = join(import.meta.dirname, "fixtures/program.c");
  if (runCommand("cc", ["--version"]).how !== "0") {
    console.log("skipped: needs cc");
    return "needs cc";
  }
  expect(runCommand("cc", ["-Wall", "-Werror", "-o", PROGRAM, source, "-lrt"]).how).toBe("0");
  return undefined;
}
