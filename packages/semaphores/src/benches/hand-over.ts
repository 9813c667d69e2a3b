import type { EventLoopEndpoint, SyncEndpoint } from "@ipc-playground/bench-kit";
import type { Semaphore } from "../waits.ts";

const NOTHING = Buffer.alloc(0);

/** A turn is given by posting one semaphore and awaited at the other: a round trip is two posts and two sleeps. */
export function handOver(there: Semaphore, back: Semaphore): SyncEndpoint {
  return {
    send: () => there.post(),
    receive() {
      while (back.wait().kind !== "taken");
      return 0;
    },
  };
}

/** The same with `waitAsync`, whose sleep is in a thread of libuv's pool. */
export function handOverAsync(
  there: Semaphore,
  back: Semaphore,
  deliver: (message: Uint8Array) => void,
): EventLoopEndpoint {
  const listen = async () => {
    for (;;) {
      await back.waitAsync();
      deliver(NOTHING);
      // That may have been a run's last turn: the driver must be ready for the next run's first.
      await new Promise(setImmediate);
    }
  };
  void listen();
  return {
    send(_, sent) {
      there.post();
      process.nextTick(sent);
    },
  };
}
