import { ownObject } from "@ipc-playground/lab-kit/runner";
import { SEM_T_BYTES } from "@ipc-playground/libc";
import {
  createPosixSemaphore,
  createSemaphoreSet,
  placeFutexSemaphore,
  placeSemaphore,
  unlinkPosixSemaphore,
} from "@ipc-playground/semaphores";
import { onTestFinished } from "vitest";
import { SEMAPHORE_AT } from "./children.ts";
import { testSemaphore } from "./semaphore-suite.ts";

testSemaphore("posix named", "futex", (value) => {
  const name = ownObject("posix-sem");
  const semaphore = createPosixSemaphore(name, { value });
  onTestFinished(() => {
    semaphore.close();
    unlinkPosixSemaphore(name);
  });
  return { semaphore, inChild: `const semaphore = sem.openPosixSemaphore("${name}");` };
});

testSemaphore("posix unnamed", "futex", (value, { mapping }) => {
  const semaphore = placeSemaphore(new Uint8Array(mapping.buffer, SEMAPHORE_AT, SEM_T_BYTES), value);
  return {
    semaphore,
    inChild: `const semaphore = sem.semaphoreAt(new Uint8Array(memory, ${SEMAPHORE_AT}));`,
  };
});

testSemaphore("system v", "semtimedop", (value) => {
  const key = Number(ownObject("sysv-sem"));
  const set = createSemaphoreSet(key, [9, value]);
  onTestFinished(() => set.remove());
  return { semaphore: set.at(1), inChild: `const semaphore = sem.openSemaphoreSet(${key}).at(1);` };
});

testSemaphore("futex", "futex", (value, { mapping }) => ({
  semaphore: placeFutexSemaphore(new Int32Array(mapping.buffer), value, SEMAPHORE_AT / 4),
  inChild: `const semaphore = new sem.FutexSemaphore(new Int32Array(memory), ${SEMAPHORE_AT / 4});`,
}));
