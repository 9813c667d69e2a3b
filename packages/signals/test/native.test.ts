import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { findNative } from "@ipc-playground/signals";
import { expect, onTestFinished, test } from "vitest";
import { loadNative } from "../src/native.ts";
import { codeOf } from "./fixtures/code-of.ts";

/** A copy of the C part, with nothing compiled yet. */
function copy(): string {
  const folder = mkdtempSync(join(tmpdir(), "signals-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(fileURLToPath(new URL("../native", import.meta.url)), join(folder, "native"), { recursive: true });
  mkdirSync(join(folder, "dist"));
  return folder;
}

function build(folder: string, env: NodeJS.ProcessEnv) {
  return spawnSync(process.execPath, [join(folder, "native/build.mjs")], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
}

test("the build succeeds without a compiler, and says what is left out", () => {
  const folder = copy();
  const { status, stdout } = build(folder, { CC: "no-such-compiler" });
  expect(status).toBe(0);
  expect(stdout).toMatch(/no C compiler \(no-such-compiler\).*apt install gcc/);
  expect(existsSync(join(folder, "dist/native"))).toBe(false);
});

test("without the compiled part, the API says what to install", () => {
  const nowhere = pathToFileURL(`${join(copy(), "dist/native")}/`);
  expect(findNative("receiver", nowhere)).toMatchObject({
    kind: "absent",
    reason: expect.stringMatching(/apt install gcc/),
  });
  expect(codeOf(() => loadNative("receiver", nowhere))).toBe("NO_COMPILER");
});

test.skipIf(findNative("receiver").kind === "absent")("the C part compiles without a warning", () => {
  const folder = copy();
  const { status, stderr } = build(folder, {});
  expect([status, stderr]).toEqual([0, ""]);
  expect(findNative("receiver", pathToFileURL(`${join(folder, "dist/native")}/`)).kind).toBe("ready");
  expect(findNative("handlers", pathToFileURL(`${join(folder, "dist/native")}/`)).kind).toBe("ready");
});
