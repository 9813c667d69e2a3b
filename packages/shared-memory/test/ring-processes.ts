import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createMemfd, createRing, type Memfd, RING_HEADER_BYTES } from "@ipc-playground/shared-memory";
import { onTestFinished } from "vitest";

const SIDE = fileURLToPath(new URL("./fixtures/ring-side.mjs", import.meta.url));

export const WAITINGS = ["spin", "futex", "hybrid"] as const;

/** A memory file with a ring of this capacity, until the test is over. */
export function ringFile(capacity: number): Memfd {
  const file = createMemfd({ bytes: RING_HEADER_BYTES + capacity, name: "test" });
  onTestFinished(() => file.close());
  using memory = file.map();
  createRing(memory);
  return file;
}

export interface RingSide {
  readonly child: ChildProcess;
  /** Settles when it has its end of the ring. */
  readonly ready: Promise<unknown>;
  /** What it said at its end; `undefined`: it was killed before. */
  readonly result: Promise<{ frames: number; error?: string } | undefined>;
}

/** A process that has one end of the ring. `frames`: how many a writer writes; `askEveryMs`: see RingOptions. */
export function startSide(
  file: Memfd,
  role: "writer" | "reader",
  wait: string,
  { frames = 0, askEveryMs = 50 }: { frames?: number | "endless"; askEveryMs?: number } = {},
): RingSide {
  const child = spawn(process.execPath, [SIDE, role, wait, `${frames}`, `${askEveryMs}`], {
    stdio: ["ignore", "pipe", "inherit", file.fd],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said: string[] = [];
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  lines.on("line", (line) => said.push(line));
  const result = once(lines, "close").then(() => said[1] && JSON.parse(said[1]));
  return { child, ready: once(lines, "line"), result };
}
