import type { SemaphoreSet } from "./sysv-set.ts";
import { type AsyncWaits, type Held, holdBy, type Semaphore, type WaitResult, type Waits } from "./waits.ts";

/** One semaphore of a System V set, with the same face as every other semaphore here. */
export class SetMember implements Semaphore {
  readonly name: string;
  readonly #set: SemaphoreSet;
  readonly #index: number;
  readonly #undo: { undo: boolean };

  constructor(set: SemaphoreSet, index: number, undo: boolean) {
    this.#set = set;
    this.#index = index;
    this.#undo = { undo };
    this.name = `${set.name}.${index}`;
  }

  post(): void {
    this.#set.post(this.#index, this.#undo);
  }

  tryWait(): WaitResult {
    return this.#set.wait(this.#index, { noWait: true, ...this.#undo });
  }

  wait(waits?: Waits): WaitResult {
    return this.#set.wait(this.#index, waits ? { ...waits, ...this.#undo } : this.#undo);
  }

  waitAsync(waits: AsyncWaits = {}): Promise<WaitResult> {
    return this.#set.waitAsync(this.#index, { ...waits, ...this.#undo });
  }

  value(): number {
    return this.#set.value(this.#index);
  }

  hold(): Held;
  hold(waits: Waits): Held | undefined;
  hold(waits: Waits = {}): Held | undefined {
    return holdBy(
      (within) => this.wait(within),
      () => this.post(),
      waits,
    );
  }
}
