import type { OperatingEndpoint } from "@ipc-playground/bench-kit";
import type { Semaphore } from "../waits.ts";

/** The operation of a semaphore that nobody else uses: add one and take it again. */
export function postAndWait(semaphore: Semaphore): OperatingEndpoint {
  return {
    operate(count) {
      for (let i = 0; i < count; i++) {
        semaphore.post();
        semaphore.tryWait();
      }
    },
  };
}

/**
 * The operation of a lock: take it, add one to a plain counter, give it back. Two at once would lose
 * an addition, and the sum would tell.
 */
export function addUnder(lock: { lock(): void; unlock(): void }, counter: Int32Array): OperatingEndpoint {
  return {
    operate(count) {
      for (let i = 0; i < count; i++) {
        lock.lock();
        counter[0] = (counter[0] as number) + 1;
        lock.unlock();
      }
    },
    operated: () => counter[0] as number,
  };
}
