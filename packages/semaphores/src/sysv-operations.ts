import { IpcError } from "@ipc-playground/contract";
import { IPC_NOWAIT, type PreparedOperations, prepareOperations, SEM_UNDO } from "@ipc-playground/libc";
import { SEMVMX } from "./limits.ts";
import { overflow } from "./sysv-errors.ts";
import type { Waits } from "./waits.ts";

/** One of the operations that a set does together. */
export interface Operation {
  /** Which semaphore of the set, from 0. */
  readonly index: number;
  /** n > 0: add n. n < 0: take n, asleep until there are as many. 0: asleep until the value is 0. */
  readonly change: number;
  /** Give it back when this process ends, however it ends (SEM_UNDO). */
  readonly undo?: boolean;
}

export interface OperateOptions extends Waits {
  /** Do it at once or not at all (IPC_NOWAIT). */
  noWait?: boolean;
}

/** `done`: all of the operations. The others: none of them. */
export interface OperateResult {
  readonly kind: "done" | "would-block" | "timed-out" | "interrupted";
}

export interface UndoOption {
  /** Give it back when this process ends, however it ends (SEM_UNDO). */
  undo?: boolean;
}

/** @throws {IpcError} BAD_ARGUMENT, SEMAPHORE_LIMIT */
export function prepare(operations: readonly Operation[], noWait: boolean): PreparedOperations {
  if (operations.length === 0) throw badArgument("there is nothing to do in an empty list of operations");
  return prepareOperations(
    operations.map(({ index, change, undo }) => {
      checkIndex(index);
      if (!Number.isInteger(change)) throw badArgument(`a semaphore cannot change by ${change}`);
      if (Math.abs(change) > SEMVMX) throw overflow(`a semaphore cannot change by ${change} at once`);
      return { index, change, flags: (undo ? SEM_UNDO : 0) | (noWait ? IPC_NOWAIT : 0) };
    }),
  );
}

/** The kernel has 16 bits for it: a higher one would come around as another semaphore's. */
export function checkIndex(index: number): void {
  if (Number.isInteger(index) && index >= 0 && index <= 0xffff) return;
  throw badArgument(`a set has no semaphore ${index}`);
}

export function badArgument(fact: string): IpcError {
  return new IpcError("BAD_ARGUMENT", fact, "indexes begin at 0; stat().count says how many there are");
}
