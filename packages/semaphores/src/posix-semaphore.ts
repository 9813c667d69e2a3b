import { IpcError } from "@ipc-playground/contract";
import {
  callError,
  ERRNO,
  type PosixSemaphoreHandle,
  semClose,
  semGetValue,
  semPost,
  semTryWait,
  semWait,
  semWaitInPool,
} from "@ipc-playground/libc";
import { overflow } from "./posix-errors.ts";
import { waitInSlices } from "./wait-async.ts";
import { waitInTurns } from "./wait-in-turns.ts";
import {
  type AsyncWaits,
  type Held,
  holdBy,
  INTERRUPTED,
  type Semaphore,
  TAKEN,
  TIMED_OUT,
  type WaitResult,
  type Waits,
  WOULD_BLOCK,
  waitMs,
} from "./waits.ts";

const RESULTS = new Map<number, WaitResult>([
  [-(ERRNO.EAGAIN as number), WOULD_BLOCK],
  [-(ERRNO.ETIMEDOUT as number), TIMED_OUT],
  [-(ERRNO.EINTR as number), INTERRUPTED],
]);

/** A POSIX semaphore: a named one, or an unnamed one in shared memory. sem_overview(7) */
export class PosixSemaphore implements Semaphore, Disposable {
  /** The name it was opened by, or `sem_t at +OFFSET` for one in memory. */
  readonly name: string;
  readonly #handle: PosixSemaphoreHandle;
  #closed = false;
  /** Calls of this object that a pool thread is in. */
  #inPool = 0;

  /** From `createPosixSemaphore` and its neighbours. A named one is this object's to close. */
  constructor(handle: PosixSemaphoreHandle, name: string) {
    this.#handle = handle;
    this.name = name;
  }

  /**
   * Add one, and wake a sleeper if there is one. Anybody may.
   *
   * @throws {IpcError} SEMAPHORE_LIMIT: it is at SEM_VALUE_MAX. ALREADY_CLOSED
   * @see sem_post(3)
   */
  post(): void {
    const result = semPost(this.#open());
    if (result < 0) throw this.#postError(result);
  }

  /**
   * Take one if there is one: `taken` or `would-block`.
   *
   * @throws {IpcError} ALREADY_CLOSED
   * @see sem_trywait(3)
   */
  tryWait(): WaitResult {
    return this.#result(semTryWait(this.#open()), "sem_trywait");
  }

  /**
   * Take one, asleep until there is one, event loop and all. The deadline is by the wall clock, as
   * sem_timedwait(3) has it: setting the clock moves it.
   *
   * @throws {IpcError} ALREADY_CLOSED, BAD_ARGUMENT
   * @see sem_wait(3)
   */
  wait(waits?: Waits): WaitResult {
    return this.#result(semWait(this.#open(), waitMs(waits)), "sem_timedwait");
  }

  /**
   * Take one without blocking the event loop: `taken` or `timed-out`. A named semaphore is waited for in
   * the thread pool, in slices; one in memory is looked at, every 1 to 10 ms when nothing comes, because
   * its memory may be unmapped meanwhile, and sem_timedwait in another thread would end the process then.
   *
   * @throws {IpcError} ALREADY_CLOSED, BAD_ARGUMENT, in the promise; and the reason of an aborted `signal`
   */
  async waitAsync(waits: AsyncWaits = {}): Promise<WaitResult> {
    const take = () => this.tryWait() === TAKEN;
    const handle = this.#open();
    if (typeof handle !== "bigint") return waitInTurns(take, waits);
    return waitInSlices(
      { take, slice: (withinMs) => this.#slice(handle, withinMs), giveBack: () => this.post() },
      waits,
    );
  }

  async #slice(handle: bigint, withinMs: number): Promise<boolean> {
    this.#inPool++;
    const result = await semWaitInPool(handle, withinMs).finally(() => this.#inPool--);
    if (this.#closed) {
      // What was taken for nobody goes back before the last handle does.
      if (result === 0) semPost(handle);
      if (this.#inPool === 0) semClose(handle);
      throw this.#closedError();
    }
    return this.#result(result, "sem_timedwait") === TAKEN;
  }

  /**
   * How many can be taken now. Linux never says how many wait: with sleepers it is 0.
   *
   * @throws {IpcError} ALREADY_CLOSED
   * @see sem_getvalue(3)
   */
  value(): number {
    const value = semGetValue(this.#open());
    if (value < 0) throw callError(value, { syscall: "sem_getvalue", doing: `ask ${this.name}` });
    return value;
  }

  /**
   * Take one for a block: `using held = semaphore.hold()`. Goes on waiting after a signal.
   * `undefined`: not within `withinMs`.
   *
   * @throws {IpcError} ALREADY_CLOSED, BAD_ARGUMENT
   */
  hold(): Held;
  hold(waits: Waits): Held | undefined;
  hold(waits: Waits = {}): Held | undefined {
    return holdBy(
      (within) => this.wait(within),
      () => this.post(),
      waits,
    );
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Let go of it in this process: the semaphore stays, with what this process took of it. An async
   * wait is rejected. Twice is harmless.
   *
   * @see sem_close(3)
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // A call in the pool still uses the mapping: the last of them closes it.
    if (typeof this.#handle === "bigint" && this.#inPool === 0) semClose(this.#handle);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** To hand to C only if it is still there: the C library does not look, and a late use is a crash. */
  #open(): PosixSemaphoreHandle {
    const handle = this.#handle;
    if (this.#closed || (typeof handle !== "bigint" && handle.byteLength === 0)) throw this.#closedError();
    return handle;
  }

  #closedError(): IpcError {
    return new IpcError(
      "ALREADY_CLOSED",
      this.#closed
        ? `the semaphore ${this.name} is closed in this process`
        : `the memory of the semaphore ${this.name} was unmapped in this process`,
      "use it before close(), and before the `using` block ends",
    );
  }

  #result(result: number, syscall: string): WaitResult {
    if (result === 0) return TAKEN;
    const known = RESULTS.get(result);
    if (known !== undefined) return known;
    throw callError(result, { syscall, doing: `wait for ${this.name}` });
  }

  #postError(result: number): IpcError {
    if (result !== -(ERRNO.EOVERFLOW as number))
      return callError(result, { syscall: "sem_post", doing: `post ${this.name}` });
    return overflow(`${this.name} cannot be posted`, { errno: "EOVERFLOW", syscall: "sem_post" });
  }
}
