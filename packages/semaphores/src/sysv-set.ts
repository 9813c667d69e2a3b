import {
  ERRNO,
  type PreparedOperations,
  type SemSetStat,
  semLastPid,
  semop,
  semopInPool,
  semRemove,
  semSetValue,
  semSetValues,
  semStat,
  semValue,
  semValues,
  semWaiters,
  semZeroWaiters,
} from "@ipc-playground/libc";
import { checkValues, goneOr, operateError } from "./sysv-errors.ts";
import { SetMember } from "./sysv-member.ts";
import {
  badArgument,
  checkIndex,
  type OperateOptions,
  type OperateResult,
  type Operation,
  prepare,
  type UndoOption,
} from "./sysv-operations.ts";
import { waitInSlices } from "./wait-async.ts";
import { type AsyncWaits, type Held, holdBy, TAKEN, type WaitResult, type Waits, waitMs } from "./waits.ts";

const DONE: OperateResult = { kind: "done" };
const WOULD_BLOCK = { kind: "would-block" } as const;
const TIMED_OUT = { kind: "timed-out" } as const;
const INTERRUPTED = { kind: "interrupted" } as const;
const EAGAIN = -(ERRNO.EAGAIN as number);
const EINTR = -(ERRNO.EINTR as number);

/** A System V semaphore set of this kernel. It stays until somebody removes it. sysvipc(7) */
export class SemaphoreSet {
  /** The kernel's number for it, the same in every process. */
  readonly id: number;
  /** Its name in /proc-like form, for logs: `semset:[5]`. */
  readonly name: string;
  /** Single operations that were used before, by their change, flags and index. */
  readonly #prepared = new Map<number, PreparedOperations>();

  constructor(id: number) {
    this.id = id;
    this.name = `semset:[${id}]`;
  }

  /**
   * Do all of the operations, in their order, or none: asleep until all can be done, event loop and all.
   *
   * @throws {IpcError} SEMAPHORE_REMOVED, SEMAPHORE_LIMIT (a value over SEMVMX, too many operations),
   *   BAD_ARGUMENT, NO_PERMISSION
   * @see semop(2)
   */
  operate(operations: readonly Operation[], options: OperateOptions = {}): OperateResult {
    const noWait = options.noWait ?? false;
    return this.#operate(prepare(operations, noWait), waitMs(options), noWait);
  }

  #operate(prepared: PreparedOperations, withinMs: number, noWait: boolean): OperateResult {
    const result = semop(this.id, prepared, withinMs);
    if (result === 0) return DONE;
    if (result === EAGAIN) return noWait ? WOULD_BLOCK : TIMED_OUT;
    if (result === EINTR) return INTERRUPTED;
    throw operateError(result, this.name, prepared.length / 3);
  }

  /**
   * Take one of that semaphore, asleep until there is one, event loop and all.
   *
   * @throws {IpcError} SEMAPHORE_REMOVED, BAD_ARGUMENT, NO_PERMISSION
   */
  wait(index: number, options: OperateOptions & UndoOption = {}): WaitResult {
    const noWait = options.noWait ?? false;
    const result = this.#operate(this.#single(index, -1, options.undo, noWait), waitMs(options), noWait);
    return result === DONE ? TAKEN : (result as WaitResult);
  }

  /**
   * Take one without blocking the event loop: `taken` or `timed-out`. In the thread pool, in slices.
   *
   * @throws {IpcError} as {@link wait}, in the promise; and the reason of an aborted `signal`
   */
  async waitAsync(index: number, options: AsyncWaits & UndoOption = {}): Promise<WaitResult> {
    const { undo } = options;
    const prepared = this.#single(index, -1, undo, false);
    return waitInSlices(
      {
        take: () => this.wait(index, { noWait: true, ...(undo && { undo }) }) === TAKEN,
        slice: async (withinMs) => {
          const result = await semopInPool(this.id, prepared, withinMs);
          if (result === 0) return true;
          if (result === EAGAIN || result === EINTR) return false;
          throw operateError(result, this.name, 1);
        },
        giveBack: () => this.post(index, { ...(undo && { undo }) }),
      },
      options,
    );
  }

  /**
   * Add one to that semaphore, and wake whoever can go on with it. Anybody may; it never sleeps.
   * `undo` takes it away again when this process ends: what `wait` took with undo is posted with undo.
   *
   * @throws {IpcError} SEMAPHORE_REMOVED, SEMAPHORE_LIMIT: it is at SEMVMX. BAD_ARGUMENT, NO_PERMISSION
   */
  post(index: number, options: UndoOption = {}): void {
    this.#operate(this.#single(index, 1, options.undo, false), Number.POSITIVE_INFINITY, false);
  }

  /** Sleep until that semaphore is 0. Nothing is taken. */
  waitZero(index: number, options: OperateOptions = {}): OperateResult {
    return this.operate([{ index, change: 0 }], options);
  }

  /**
   * Take one for a block: `using held = set.hold(0)`. Goes on waiting after a signal. With `undo`, as by
   * default, the kernel gives it back if this process is killed meanwhile. `undefined`: not in time.
   *
   * @throws {IpcError} SEMAPHORE_REMOVED, also at the end of the block; BAD_ARGUMENT, NO_PERMISSION
   */
  hold(index: number, options?: UndoOption): Held;
  hold(index: number, options: Waits & UndoOption): Held | undefined;
  hold(index: number, options: Waits & UndoOption = {}): Held | undefined {
    const { undo = true } = options;
    return holdBy(
      (within) => this.wait(index, { ...within, undo }),
      () => this.post(index, { undo }),
      options,
    );
  }

  /** One semaphore of the set, with the same face as every other semaphore here. */
  at(index: number, options: UndoOption = {}): SetMember {
    return new SetMember(this, index, options.undo ?? false);
  }

  /** The value of one semaphore. semctl(2), GETVAL */
  value(index: number): number {
    return this.#ask(semValue, index);
  }

  /** The values of all of them. semctl(2), GETALL */
  values(): number[] {
    const values = semValues(this.id, this.stat().count);
    if (typeof values === "number") throw goneOr(values, this.name, "semctl", "ask about");
    return values;
  }

  /** How many sleep until that semaphore grows (semncnt). semctl(2), GETNCNT */
  waiters(index: number): number {
    return this.#ask(semWaiters, index);
  }

  /** How many sleep until that semaphore is 0 (semzcnt). semctl(2), GETZCNT */
  zeroWaiters(index: number): number {
    return this.#ask(semZeroWaiters, index);
  }

  /** The process that last changed that semaphore (sempid); 0: none, or one that this namespace cannot see. semctl(2), GETPID */
  lastPid(index: number): number {
    return this.#ask(semLastPid, index);
  }

  /** What the kernel knows of the set: count, owner, mode, last operation. semctl(2), IPC_STAT */
  stat(): SemSetStat {
    const stat = semStat(this.id);
    if (typeof stat === "number") throw goneOr(stat, this.name, "semctl", "ask about");
    return stat;
  }

  /**
   * Set one value, and forget what was to be given back of it.
   *
   * @throws {IpcError} SEMAPHORE_REMOVED, SEMAPHORE_LIMIT, BAD_ARGUMENT, NO_PERMISSION
   * @see semctl(2), SETVAL
   */
  setValue(index: number, value: number): void {
    checkValues([value]);
    this.#ask((set, at) => semSetValue(set, at, value), index);
  }

  /**
   * Set all of them, and forget what was to be given back.
   *
   * @throws {IpcError} as {@link setValue}; BAD_ARGUMENT: not as many values as semaphores.
   * @see semctl(2), SETALL
   */
  setValues(values: readonly number[]): void {
    checkValues(values);
    const { count } = this.stat();
    // The kernel would read as many as there are, from whatever lies behind.
    if (values.length !== count)
      throw badArgument(`${this.name} has ${count} semaphores, not ${values.length}`);
    const result = semSetValues(this.id, values);
    if (result < 0) throw goneOr(result, this.name, "semctl", "set the values of");
  }

  /** Remove it, for everybody and at once: sleepers wake up with EIDRM. semctl(2), IPC_RMID */
  remove(): void {
    const result = semRemove(this.id);
    if (result < 0) throw goneOr(result, this.name, "semctl", "remove");
  }

  /** One semctl(2) about one semaphore, whose EINVAL means a bad index or a set that is gone. */
  #ask(call: (set: number, index: number) => number, index: number): number {
    checkIndex(index);
    const result = call(this.id, index);
    if (result >= 0) return result;
    if (-result === ERRNO.EINVAL && this.stat().count <= index)
      throw badArgument(`${this.name} has no semaphore ${index}, only ${this.stat().count}`);
    throw goneOr(result, this.name, "semctl", "use");
  }

  #single(index: number, change: 1 | -1, undo = false, noWait: boolean): PreparedOperations {
    const key = index * 8 + (change + 1) * 2 + (undo ? 2 : 0) + (noWait ? 1 : 0);
    let prepared = this.#prepared.get(key);
    if (prepared === undefined) {
      prepared = prepare([{ index, change, undo }], noWait);
      this.#prepared.set(key, prepared);
    }
    return prepared;
  }
}
