import { setTimeout as delay } from "node:timers/promises";
import { IpcError } from "@ipc-playground/contract";

/** Long enough for a loaded machine with two processors; nothing waits this long when all is well. */
const DEFAULT_WITHIN_MS = 10_000;
/** How often a fact is looked up, in milliseconds. It bounds how late we notice, not what happens. */
const LOOK_EVERY_MS = 1;

export interface UntilOptions {
  /** What is waited for, to follow "waited 5000 ms for". Called when time is up, so it can say how things stand. */
  what: string | (() => string);
  withinMs?: number;
  /** A reason to give up before the deadline. */
  orElse?: () => Error | undefined;
}

/** Waits for facts, each with a deadline, and all of them given up when the demo ends. */
export class Waiting {
  #stopped: Error | undefined;
  readonly #beforeLook: () => void;

  constructor(beforeLook: () => void) {
    this.#beforeLook = beforeLook;
  }

  /** From now on every wait ends with this error. */
  stop(reason: Error): void {
    this.#stopped ??= reason;
  }

  /**
   * Wait until `fact` gives something other than `undefined`, `null` or `false`, and return that.
   *
   * @throws {IpcError} DEADLINE_PASSED
   */
  async until<T>(fact: () => T | undefined | null | false, options: UntilOptions): Promise<T> {
    const withinMs = options.withinMs ?? DEFAULT_WITHIN_MS;
    const deadline = performance.now() + withinMs;
    for (;;) {
      const late = performance.now() > deadline;
      this.#beforeLook();
      const found = fact();
      if (found !== undefined && found !== null && found !== false) return found;
      const reason = this.#stopped ?? options.orElse?.();
      if (reason !== undefined) throw reason;
      if (late) {
        const what = typeof options.what === "string" ? options.what : options.what();
        throw new IpcError(
          "DEADLINE_PASSED",
          `waited ${withinMs} ms for ${what}, and it did not happen`,
          "run it again; if it happens each time, this system behaves differently: please report it",
        );
      }
      await delay(LOOK_EVERY_MS);
    }
  }
}
