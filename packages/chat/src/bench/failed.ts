import { IpcError } from "@ipc-playground/contract";

/** A launch without a number, and why. */
export function failed(reason: string): IpcError {
  return new IpcError(
    "BENCH_ROW_FAILED",
    reason,
    "start packages/chat/dist/bench/load/main.js with its job to see more",
  );
}
