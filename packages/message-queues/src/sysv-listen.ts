import type { SysvMessage, SysvQueue } from "./sysv-queue.ts";

export interface Listener {
  /** No more messages are taken. Twice is harmless. */
  stop(): void;
  /**
   * Inside the listener's function: let promises and the rest of the event loop have their turn before
   * the next message. Otherwise several may come in one turn.
   */
  yield(): void;
}

/** So many turns of the event loop in a row may find nothing before it begins to wait. */
const BUSY_TURNS = 200;
/** The longest pause between two looks, in milliseconds: what an idle listener costs, and how late it may be. */
const LONGEST_PAUSE_MS = 10;
/** Messages taken before the rest of the event loop gets its turn. */
const PER_TURN = 64;

/**
 * Take messages as they come, without blocking the event loop.
 *
 * A System V queue is not a descriptor: nothing can tell the event loop that a message is there.
 * A blocking msgrcv(2) in the thread pool would, but it has no timeout, and until it returns the
 * process cannot exit. So this looks (IPC_NOWAIT): in every turn while messages flow, then at pauses
 * that double up to 10 ms. Busy, it burns its processor; idle, it is up to 10 ms late.
 *
 * `failed` gets what ends it: the queue was removed.
 */
export function listenSysv(
  queue: SysvQueue,
  onMessage: (message: SysvMessage) => void,
  failed: (error: unknown) => void,
  options: { type?: number } = {},
): Listener {
  const receive = { type: options.type ?? 0, noWait: true };
  let stopped = false;
  let yielded = false;
  let idleTurns = 0;
  let cancel = () => {};

  const look = () => {
    try {
      yielded = false;
      for (let taken = 0; !stopped && !yielded && taken < PER_TURN; taken++) {
        const result = queue.receive(receive);
        if (result.kind !== "message") break;
        idleTurns = 0;
        deliver(result);
      }
    } catch (error) {
      stopped = true;
      failed(error);
    }
    if (!stopped) again();
  };

  // What the caller's function throws is its own affair, not the queue's: an uncaught exception.
  const deliver = (message: SysvMessage) => {
    try {
      onMessage(message);
    } catch (error) {
      setImmediate(() => {
        throw error;
      });
    }
  };

  const again = () => {
    idleTurns++;
    if (idleTurns <= BUSY_TURNS) {
      const turn = setImmediate(look);
      cancel = () => clearImmediate(turn);
    } else {
      const pause = Math.min(LONGEST_PAUSE_MS, 2 ** Math.min(idleTurns - BUSY_TURNS - 1, 10));
      const timer = setTimeout(look, pause);
      cancel = () => clearTimeout(timer);
    }
  };

  again();
  return {
    stop() {
      stopped = true;
      cancel();
    },
    yield() {
      yielded = true;
    },
  };
}

/**
 * Wait at most `withinMs` milliseconds for a message, without blocking the event loop.
 * `undefined`: none came in time. Looks as {@link listenSysv} does.
 *
 * @throws {IpcError} QUEUE_REMOVED
 */
export function receiveSysv(
  queue: SysvQueue,
  withinMs: number,
  options: { type?: number } = {},
): Promise<SysvMessage | undefined> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      listener.stop();
      settle();
    };
    const timer = setTimeout(() => end(() => resolve(undefined)), withinMs);
    const listener = listenSysv(
      queue,
      (message) => end(() => resolve(message)),
      (error) => end(() => reject(error)),
      options,
    );
  });
}
