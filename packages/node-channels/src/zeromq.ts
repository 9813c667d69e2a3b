import { createRequire } from "node:module";
import { IpcError } from "@ipc-playground/contract";

const require = createRequire(import.meta.url);

/** What `zeromq` exports, as far as it is used here. */
export interface Zeromq {
  Pair: new (options: PairOptions) => PairSocket;
}

export interface PairOptions {
  /** Messages that wait to leave, and that wait to be received: send() waits at the first. */
  sendHighWaterMark: number;
  receiveHighWaterMark: number;
  /** How long the end of the process waits for what has not left yet, in milliseconds. */
  linger: number;
}

export interface PairSocket extends AsyncIterable<Uint8Array[]> {
  bind(address: string): Promise<void>;
  connect(address: string): void;
  /** One at a time. Keeps a message of more than 128 bytes until it has left, and does not say when. */
  send(message: Uint8Array): Promise<void>;
}

/**
 * Load the native package `zeromq`. It is an optional dependency, and is never built here: it brings
 * programs for the usual machines.
 *
 * @throws {IpcError} NATIVE_PACKAGE_MISSING: it is not installed, or has no program for this machine.
 */
export function loadZeromq(name = "zeromq"): Zeromq {
  try {
    return require(name);
  } catch (cause) {
    const [why] = (cause as Error).message.split("\n");
    throw new IpcError(
      "NATIVE_PACKAGE_MISSING",
      `the package ${name} cannot be loaded: ${why}`,
      "run `pnpm install`; there are programs for Linux on x64 and arm64",
      { cause },
    );
  }
}
