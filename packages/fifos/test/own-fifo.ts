import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IpcError } from "@ipc-playground/contract";
import { makeFifo } from "@ipc-playground/fifos";
import { onTestFinished } from "vitest";

/** A folder of this test's own. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "fifo-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The path of a new FIFO of this test's own. */
export function ownFifo(): string {
  return makeFifo(join(ownFolder(), "fifo")).path;
}

/** The code, and the errno if there is one, of what the action throws. */
export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return codeOfError(error);
  }
  return "nothing was thrown";
}

export function codeOfError(error: unknown): string {
  return error instanceof IpcError ? `${error.code} ${error.errno ?? ""}`.trim() : String(error);
}

/** What runs with this TMPDIR have left in their folders. */
export function filesOfRuns(tmp: string): string[] {
  return readdirSync(tmp, { recursive: true, encoding: "utf8" }).filter((path) => /run-\d+-\d+\//.test(path));
}
