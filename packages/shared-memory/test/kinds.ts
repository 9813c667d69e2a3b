import { IpcError } from "@ipc-playground/contract";
import { ownObject } from "@ipc-playground/lab-kit/runner";
import {
  createMemfd,
  createPosixMemory,
  createSysvMemory,
  loadShmTypedArray,
  type Memfd,
  openPosixMemory,
  openSysvMemory,
  removeSysvMemory,
  type SysvDriver,
  unlinkPosixMemory,
} from "@ipc-playground/shared-memory";
import { onTestFinished } from "vitest";
import type { MemoryKind } from "./memory-suite.ts";

export function ownName(): string {
  const name = ownObject("posix-shm");
  onTestFinished(() => void unlinkPosixMemory(name));
  return name;
}

export function ownKey(): number {
  const key = Number(ownObject("sysv-shm"));
  onTestFinished(() => void removeSysvMemory(key));
  return key;
}

export const posix: MemoryKind = {
  fresh: ownName,
  create: createPosixMemory,
  open: openPosixMemory,
  text: {
    create: "shm.createPosixMemory(place, { bytes: 64 })",
    open: "shm.openPosixMemory(place)",
  },
};

export function sysv(driver: SysvDriver): MemoryKind {
  const to = `{ bytes: 64, driver: "${driver}" }`;
  return {
    fresh: () => `${ownKey()}`,
    create: (place, options) => createSysvMemory(Number(place), { ...options, driver }),
    open: (place, options) => openSysvMemory(Number(place), { ...options, driver }),
    text: {
      create: `shm.createSysvMemory(Number(place), ${to})`,
      open: `shm.openSysvMemory(Number(place), ${to})`,
    },
    ...(driver === "shm-typed-array" && { oneAttachment: true }),
  };
}

const files = new Map<string, Memfd>();
let made = 0;

/** A memory file has no name: its place is a number of this test's own. */
export const memfd: MemoryKind = {
  fresh: () => `${++made}`,
  create(place, { bytes }) {
    const file = createMemfd({ bytes });
    onTestFinished(() => file.close());
    files.set(place, file);
    return file.map();
  },
  open(place, options) {
    return (files.get(place) as Memfd).map(options);
  },
};

/** Why the native package cannot be tried on this machine, if it cannot. */
export function whyNotPackage(): string | undefined {
  try {
    loadShmTypedArray();
    return undefined;
  } catch (error) {
    if (!(error instanceof IpcError)) throw error;
    console.log(`skipped: the shm-typed-array driver: ${error.fact}`);
    return error.fact;
  }
}
