import { setTimeout as delay } from "node:timers/promises";
import { type ErrorCode, IpcError } from "@ipc-playground/contract";
import { type BackoffOptions, fullJitter } from "../tcp/backoff.ts";
import { type ConnectOptions, connect } from "../tcp/connect.ts";
import type { OutgoingFile } from "./outgoing-file.ts";
import { type SendOptions, type SentFile, sendFile } from "./send.ts";

export interface DeliverOptions extends ConnectOptions, SendOptions, BackoffOptions {
  /** Tries in a row that bring the file no further, before it gives up. Default: 10. */
  maxTries?: number;
  /** A try failed, and the next one is so far away. */
  onRetry?: (delayMs: number, why: IpcError) => void;
}

/** The connection's fault, not the file's: worth another try. */
const PASSING: readonly ErrorCode[] = [
  "CONNECTION_LOST",
  "CONNECTION_REFUSED",
  "UNREACHABLE",
  "NAME_NOT_FOUND",
  "PEER_SILENT",
  "DEADLINE_PASSED",
  "FRAME_CUT",
];

/**
 * Send a file to a server, however often the connection is cut: each try goes on where the one before ended.
 *
 * @throws {IpcError} what {@link sendFile} throws, where trying again does not help or has not helped
 * @throws the signal's reason
 */
export async function deliver(file: OutgoingFile, options: DeliverOptions): Promise<SentFile> {
  const { maxTries = 10, signal, onProgress, onRetry } = options;
  let furthest = 0;
  for (let failures = 0; ; ) {
    const before = furthest;
    try {
      const socket = await connect(options);
      const abort = () => socket.destroy();
      signal?.addEventListener("abort", abort);
      try {
        return await sendFile(socket, file, {
          ...options,
          onProgress: (bytes) => {
            furthest = Math.max(furthest, bytes);
            onProgress?.(bytes);
          },
        });
      } finally {
        signal?.removeEventListener("abort", abort);
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof IpcError) || !PASSING.includes(error.code)) throw error;
      failures = furthest > before ? 1 : failures + 1;
      if (failures >= maxTries) throw error;
      const delayMs = fullJitter(failures, options);
      onRetry?.(delayMs, error);
      await delay(delayMs, undefined, { ...(signal && { signal }) });
    }
  }
}
