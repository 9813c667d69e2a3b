import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { isMainThread } from "node:worker_threads";
import { IpcError } from "@ipc-playground/contract";
import { mqUnlink } from "@ipc-playground/libc";

const require = createRequire(import.meta.url);

/** What `posix-mq` exports, as far as it is used here. One object is opened once. */
export interface PosixMqInstance {
  open(options: {
    name: string;
    create?: boolean;
    exclusive?: boolean;
    mode?: number;
    maxmsgs?: number;
    msgsize?: number;
  }): void;
  close(): void;
  unlink(): void;
  /** `false`: full. */
  push(message: Buffer, priority: number): boolean;
  /** Bytes and priority; `false`: empty. */
  shift(buffer: Buffer, returnTuple: true): [number, number] | false;
  on(event: "messages" | "drain", listener: () => void): void;
  readonly msgsize: number;
  readonly maxmsgs: number;
  readonly curmsgs: number;
}

export type PosixMqClass = new () => PosixMqInstance;

/**
 * Load the native package `posix-mq`. It is an optional dependency: installing goes on without it
 * where there is no compiler, so it is loaded here, when somebody needs it, and not before.
 *
 * @throws {IpcError} NATIVE_PACKAGE_MISSING: it was not built on this machine, or does not load.
 */
export function loadPosixMq(): unknown {
  try {
    return require("posix-mq");
  } catch (cause) {
    throw new IpcError(
      "NATIVE_PACKAGE_MISSING",
      "the native package posix-mq was not built on this machine",
      "install a C++ compiler, make and python3 (`pnpm lab doctor` names the packages), then run `pnpm rebuild posix-mq`",
      { cause },
    );
  }
}

/** Everything that ends the process on a Node for which posix-mq was not written. */
const PROBE = `
  const mq = new (require(process.argv[1]))();
  mq.open({ name: process.argv[2], create: true, exclusive: true, mode: 0o600, maxmsgs: 1, msgsize: 8 });
  mq.unlink();
  mq.push(Buffer.from("x"), 0);
  const seen = [mq.msgsize, mq.maxmsgs, mq.curmsgs, mq.shift(Buffer.alloc(8), true)[0]];
  mq.close();
  process.exit(seen.join() === "8,1,1,1" ? 0 : 1);`;

let usable: boolean | undefined;

/** Try it in a process of its own, once: a native package that does not fit Node does not throw, it aborts. */
function isUsable(): boolean {
  if (usable !== undefined) return usable;
  const name = `/ipc-playground-probe-${process.pid}`;
  const probe = spawnSync(process.execPath, ["-e", PROBE, require.resolve("posix-mq"), name], {
    stdio: "ignore",
    timeout: 10_000,
    killSignal: "SIGKILL",
  });
  mqUnlink(name);
  usable = probe.status === 0;
  return usable;
}

/**
 * The class of `posix-mq`, where it can be used: on the main thread of a Node on which it does not abort.
 *
 * @throws {IpcError} NATIVE_PACKAGE_MISSING, NATIVE_PACKAGE_UNUSABLE
 */
export function usablePosixMq(): PosixMqClass {
  if (!isMainThread) {
    throw new IpcError(
      "NATIVE_PACKAGE_UNUSABLE",
      "the native package posix-mq cannot be used in a worker thread",
      "use it on the main thread, or the libc driver (openLibcQueue), which works in both",
    );
  }
  const loaded = loadPosixMq() as PosixMqClass;
  if (isUsable()) return loaded;
  throw new IpcError(
    "NATIVE_PACKAGE_UNUSABLE",
    `the native package posix-mq was built, but it ends the process on Node ${process.version}`,
    "use the libc driver (openLibcQueue), which serves every version; or run Node 20 to 24",
  );
}
