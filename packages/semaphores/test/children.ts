import { spawn } from "node:child_process";
import { once } from "node:events";
import { IpcError } from "@ipc-playground/contract";
import {
  blockedCall,
  close,
  ftruncate,
  type MappedMemory,
  memfdCreate,
  mmap,
  munmap,
  processStat,
} from "@ipc-playground/libc";
import { onTestFinished, vi } from "vitest";

export const WITHIN = { timeout: 20_000, interval: 1 };
export const MEMORY_BYTES = 4096;
/** Where in the memory that all share the semaphore lies, and where a counter that they guard by it. */
export const SEMAPHORE_AT = 64;
export const COUNTER_AT = 1024;

export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof IpcError) return `${error.code} ${error.errno ?? ""}`.trim();
    throw error;
  }
  return "nothing was thrown";
}

/** A page of memory with a descriptor to hand to children. */
export interface SharedPage {
  readonly fd: number;
  readonly mapping: MappedMemory;
}

export function sharedPage(): SharedPage {
  const fd = memfdCreate("test", { sealable: false });
  ftruncate(fd, MEMORY_BYTES);
  const mapping = mmap(fd, MEMORY_BYTES);
  if (typeof mapping === "number") throw new Error(`mmap: ${mapping}`);
  onTestFinished(() => {
    munmap(mapping);
    close(fd);
  });
  return { fd, mapping };
}

export function counterOf({ mapping }: SharedPage): Int32Array {
  return new Int32Array(mapping.buffer, COUNTER_AT, 16);
}

/** What a child knows: the package, libc, the shared page. */
const PRELUDE = `
  import * as sem from "@ipc-playground/semaphores";
  import * as libc from "@ipc-playground/libc";
  const memory = libc.mmap(3, ${MEMORY_BYTES}).buffer;
  const counter = new Int32Array(memory, ${COUNTER_AT}, 16);
`;

/** A process of this Node that runs a program; what it prints is what it comes to. */
export function child(program: string, page: SharedPage) {
  const started = spawn(process.execPath, ["--input-type=module", "-e", PRELUDE + program], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit", page.fd],
  });
  onTestFinished(() => {
    started.kill("SIGKILL");
  });
  const pid = started.pid as number;
  let printed = "";
  started.stdout?.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  const ended = once(started, "close").then(() => printed.trim());
  return {
    started,
    pid,
    ended,
    said: (text: string) => vi.waitUntil(() => printed.includes(text), WITHIN),
    asleepIn: (call: string) =>
      vi.waitUntil(() => processStat(pid)?.state === "S" && blockedCall(pid)?.syscall === call, WITHIN),
  };
}
