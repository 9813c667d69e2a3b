import { IpcError } from "@ipc-playground/contract";

/** How long a call may wait, in milliseconds: 0 not at all, `Infinity` (the default) for ever. */
export interface Waits {
  withinMs?: number;
}

/** As {@link Waits}; `signal` gives up earlier: the promise rejects with the signal's reason. */
export interface AsyncWaits extends Waits {
  signal?: AbortSignal;
}

/**
 * `taken`: it is the caller's now. `would-block`: there was none, and the caller did not want to wait.
 * `timed-out`: there was none in time. `interrupted`: a signal came while it slept.
 */
export interface WaitResult {
  readonly kind: "taken" | "would-block" | "timed-out" | "interrupted";
}

/** Something taken, which `using` gives back at the end of its block. */
export interface Held extends Disposable {
  /** Give it back now. Twice is harmless. */
  release(): void;
}

/** What every semaphore here can do, whichever mechanism it is made of. */
export interface Semaphore {
  /** For logs: the same in every process that uses it, where the mechanism has such a name. */
  readonly name: string;
  /** V: add one, and wake a sleeper if there is one. Anybody may; it never sleeps. */
  post(): void;
  /** P, if it can be done at once: `taken` or `would-block`. */
  tryWait(): WaitResult;
  /** P: take one, asleep until there is one, event loop and all. */
  wait(waits?: Waits): WaitResult;
  /** P without blocking the event loop. */
  waitAsync(waits?: AsyncWaits): Promise<WaitResult>;
  /** How many can be taken now; never below 0. Old news as soon as it is read. */
  value(): number;
  /** Take one for a block: `using held = semaphore.hold()`. `undefined`: not in time. */
  hold(): Held;
  hold(waits: Waits): Held | undefined;
}

export const TAKEN: WaitResult = { kind: "taken" };
export const WOULD_BLOCK: WaitResult = { kind: "would-block" };
export const TIMED_OUT: WaitResult = { kind: "timed-out" };
export const INTERRUPTED: WaitResult = { kind: "interrupted" };

/** Beyond this, thirty years, a wait is a wait for ever: the kernel's clocks have an end. */
const FOR_EVER_MS = 1e12;

/**
 * @throws {IpcError} BAD_ARGUMENT: not a number of milliseconds from 0.
 */
export function waitMs(waits?: Waits): number {
  const withinMs = waits?.withinMs ?? Number.POSITIVE_INFINITY;
  if (withinMs >= 0) return withinMs > FOR_EVER_MS ? Number.POSITIVE_INFINITY : withinMs;
  throw new IpcError(
    "BAD_ARGUMENT",
    `nobody can wait for ${withinMs} ms`,
    "give milliseconds from 0, or Infinity to wait for ever",
  );
}

/** When a wait that begins now is over. A wait for ever does not look at the clock, which is not free. */
export function deadlineOf(withinMs: number): number {
  return withinMs === Number.POSITIVE_INFINITY ? withinMs : performance.now() + withinMs;
}

/** Milliseconds until then; 0 afterwards. */
export function leftUntil(deadline: number): number {
  return deadline === Number.POSITIVE_INFINITY ? deadline : Math.max(0, deadline - performance.now());
}

/**
 * Take one, whatever signals come meanwhile, and wrap up what gives it back. `undefined`: not in time.
 */
export function holdBy(
  wait: (waits: Waits) => WaitResult,
  release: () => void,
  waits: Waits,
): Held | undefined {
  const within = waitMs(waits);
  const until = deadlineOf(within);
  for (let left = within; ; left = leftUntil(until)) {
    const { kind } = wait({ withinMs: left });
    if (kind === "taken") return held(release);
    if (kind !== "interrupted") return undefined;
  }
}

function held(release: () => void): Held {
  let mine = true;
  const once = () => {
    if (!mine) return;
    mine = false;
    release();
  };
  return { release: once, [Symbol.dispose]: once };
}
