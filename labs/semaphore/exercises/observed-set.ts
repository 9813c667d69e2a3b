import type { Log } from "@ipc-playground/lab-kit";
import {
  type OperateOptions,
  type OperateResult,
  type Operation,
  SemaphoreSet,
  type UndoOption,
  type WaitResult,
} from "@ipc-playground/semaphores";

/** A set whose use a checker sees, and can hold up: `before` runs in front of each call, with its number from 1. */
export class ObservedSet extends SemaphoreSet {
  readonly #log: Log;
  readonly #before: (call: number) => void;
  #calls = 0;

  constructor(id: number, log: Log, before: (call: number) => void = () => {}) {
    super(id);
    this.#log = log;
    this.#before = before;
  }

  override wait(index: number, options: OperateOptions & UndoOption = {}): WaitResult {
    return this.#called("semop -1", `${index}`, () => super.wait(index, options));
  }

  override post(index: number, options: UndoOption = {}): void {
    this.#called("semop +1", `${index}`, () => super.post(index, options));
  }

  override operate(operations: readonly Operation[], options: OperateOptions = {}): OperateResult {
    const what = operations.map(({ index, change }) => `${change > 0 ? "+" : ""}${change} on ${index}`);
    return this.#called("semop", what.join(", "), () => super.operate(operations, options));
  }

  override value(index: number): number {
    this.#before(++this.#calls);
    return super.value(index);
  }

  override setValue(index: number, value: number): void {
    this.#called("SETVAL", `${index} to ${value}`, () => super.setValue(index, value));
  }

  #called<T>(op: string, object: string, action: () => T): T {
    this.#before(++this.#calls);
    return this.#log.call(op, object, action);
  }
}
