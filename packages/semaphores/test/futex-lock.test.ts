import { removeRun } from "@ipc-playground/lab-kit/runner";
import { munmap, processStat } from "@ipc-playground/libc";
import { FutexLock, FutexSemaphore, placeFutexSemaphore, SEM_VALUE_MAX } from "@ipc-playground/semaphores";
import { afterAll, expect, test, vi } from "vitest";
import { child, codeOf, counterOf, SEMAPHORE_AT, type SharedPage, sharedPage, WITHIN } from "./children.ts";

afterAll(removeRun);

const PLACE = SEMAPHORE_AT / 4;
const IN_CHILD = `const lock = new sem.FutexLock(new Int32Array(memory), ${PLACE});`;
const SLEEPERS = 0x8000_0000 | 0;

function lockIn({ mapping }: SharedPage) {
  const words = new Int32Array(mapping.buffer);
  return { words, lock: new FutexLock(words, PLACE), word: () => Atomics.load(words, PLACE) };
}

/** A child that has the lock, and keeps it. */
async function holder(page: SharedPage) {
  const one = child(`${IN_CHILD} lock.lock(); console.log("has it"); setInterval(() => {}, 1e6)`, page);
  await one.said("has it");
  return one;
}

async function killed(victim: Awaited<ReturnType<typeof holder>>) {
  victim.started.kill("SIGKILL");
  await victim.ended;
}

test("a lock is one Int32: zero when free, the owner's name when taken, a bit more when somebody sleeps", async () => {
  const page = sharedPage();
  const { lock, word } = lockIn(page);
  expect([lock.lock().kind, lock.held, lock.owner()]).toEqual(["taken", true, process.pid]);
  expect(word() & 0x3f_ffff).toBe(process.pid);
  expect(word()).toBeGreaterThan(0);
  const waiting = child(`${IN_CHILD} console.log(lock.lock().kind)`, page);
  await vi.waitUntil(() => (word() & SLEEPERS) !== 0, WITHIN);
  lock.unlock();
  expect(await waiting.ended).toBe("taken");
  lock.lock();
});

test("a lock that is taken: would-block, timed-out, and a process that waits sleeps in the kernel", async () => {
  const page = sharedPage();
  const { lock } = lockIn(page);
  const other = await holder(page);
  expect([lock.tryLock().kind, lock.lock({ withinMs: 5 }).kind, lock.hold({ withinMs: 1 })]).toEqual([
    "would-block",
    "timed-out",
    undefined,
  ]);
  expect(lock.owner()).toBe(other.pid);
  expect((await lock.lockAsync({ withinMs: 5 })).kind).toBe("timed-out");
  expect(lock.held).toBe(false);
});

test("only who holds the lock may release it, once", async () => {
  const page = sharedPage();
  const { lock, words } = lockIn(page);
  expect(codeOf(() => lock.unlock())).toBe("LOCK_NOT_HELD");
  lock.lock();
  const other = new FutexLock(words, PLACE);
  expect(() => other.unlock()).toThrow("another holder in this process has");
  expect(
    await child(`${IN_CHILD} try { lock.unlock() } catch (error) { console.log(error.message) }`, page).ended,
  ).toContain(`process ${process.pid} holds`);
  lock.unlock();
  expect(() => lock.unlock()).toThrow("nobody holds");
});

test("taking a lock twice is an error where it would wait for itself, and would-block where it would not", () => {
  const { lock } = lockIn(sharedPage());
  using held = lock.hold();
  expect(codeOf(() => lock.lock())).toBe("BAD_ARGUMENT");
  expect(lock.tryLock().kind).toBe("would-block");
  held.release();
  expect(lock.tryLock().kind).toBe("taken");
  lock.unlock();
});

test("two tasks of one process take turns", async () => {
  const { lock } = lockIn(sharedPage());
  const order: number[] = [];
  const task = async (who: number) => {
    for (let i = 0; i < 5; i++) {
      expect((await lock.lockAsync()).kind).toBe("taken");
      order.push(who);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(who);
      lock.unlock();
    }
  };
  await Promise.all([task(1), task(2), task(3)]);
  expect(order.length).toBe(30);
  for (let i = 0; i < 30; i += 2) expect(order[i]).toBe(order[i + 1]);
});

test("four processes that hold it by turns lose no update", { timeout: 60_000 }, async () => {
  const page = sharedPage();
  const { lock, word } = lockIn(page);
  const counter = counterOf(page);
  const adders = [1, 2, 3, 4].map(() =>
    child(
      `${IN_CHILD}
       for (let i = 0; i < 20_000; i++) {
         lock.lock();
         const seen = counter[0];
         for (let j = 0; j < 20; j++) counter[1] = j;
         counter[0] = seen + 1;
         lock.unlock();
       }
       console.log("done")`,
      page,
    ),
  );
  expect(await Promise.all(adders.map(({ ended }) => ended))).toEqual(Array(4).fill("done"));
  expect([counter[0], word(), lock.owner()]).toEqual([80_000, 0, null]);
});

// Without the look after 100 ms, a lost wake-up is a process that sleeps for ever.
const NO_LOOK = "{ lookAgainMs: Infinity }";

test("no wake-up is lost in 5,000 rounds in which each of four processes gets the lock once, some by trying again and again", {
  timeout: 60_000,
}, async () => {
  const page = sharedPage();
  const { word } = lockIn(page);
  const counter = counterOf(page);
  const players = [0, 1, 2, 3].map((who) =>
    child(
      `const lock = new sem.FutexLock(new Int32Array(memory), ${PLACE}, ${NO_LOOK});
       const arrived = counter.subarray(1, 2);
       for (let round = 1; round <= 5_000; round++) {
         // Short enough that time is sometimes up in the moment in which it is woken.
         const withinMs = ${who} > 1 ? ((round + ${who}) % 7) / 100 : Infinity;
         while (lock.lock({ withinMs }).kind !== "taken");
         counter[0] = counter[0] + 1;
         // So long that the others fall asleep.
         for (const until = performance.now() + 0.03; performance.now() < until; );
         lock.unlock();
         // Nobody begins the next round, and mends by it what was lost in this one, before all have had the lock.
         if (Atomics.add(arrived, 0, 1) + 1 === 4 * round) libc.futexWake(arrived, 4);
         for (let seen; (seen = Atomics.load(arrived, 0)) < 4 * round; ) libc.futexWait(arrived, seen, Infinity);
       }
       console.log("done")`,
      page,
    ),
  );
  expect(await Promise.all(players.map(({ ended }) => ended))).toEqual(Array(4).fill("done"));
  expect([counter[0], word()]).toEqual([20_000, 0]);
});

test("no wake-up is lost in 100,000 turns that two processes hand to each other", {
  timeout: 120_000,
}, async () => {
  const page = sharedPage();
  const players = [0, 1].map((role) =>
    child(
      `const words = new Int32Array(memory);
       const [mine, other] = [${role}, ${1 - role}].map((i) => new sem.FutexSemaphore(words, i * 32, ${NO_LOOK}));
       for (let i = 0; i < 100_000; i++) {
         if (${role} === 0) other.post();
         mine.wait();
         if (${role} === 1) other.post();
       }
       console.log(mine.value())`,
      page,
    ),
  );
  expect(await Promise.all(players.map(({ ended }) => ended))).toEqual(["0", "0"]);
});

test("no wake-up is lost in 200,000 posts of two processes for three takers, one of which gives up waiting", {
  timeout: 120_000,
}, async () => {
  const page = sharedPage();
  const semaphore = (options: string) =>
    `const semaphore = new sem.FutexSemaphore(new Int32Array(memory), ${PLACE}, ${options});`;
  const [taken, goal] = [0, 200_000];
  const takers = ["Infinity", "Infinity", "(i++ % 7) / 100"].map((withinMs) =>
    child(
      `${semaphore(NO_LOOK)}
       let i = 0;
       for (;;) {
         if (semaphore.wait({ withinMs: ${withinMs} }).kind === "taken") {
           const all = Atomics.add(counter, ${taken}, 1) + 1;
           // The last three posts tell one taker each that it is over.
           if (all > ${goal}) break;
         }
       }
       console.log("done")`,
      page,
    ),
  );
  const posters = [1, 2].map(() =>
    child(
      `${semaphore("{}")}
       for (let i = 0; i < ${goal / 2}; i++) {
         semaphore.post();
         if (i % 20 === 0) for (const until = performance.now() + 0.02; performance.now() < until; );
       }`,
      page,
    ),
  );
  await Promise.all(posters.map(({ ended }) => ended));
  const counter = counterOf(page);
  await vi.waitUntil(() => Atomics.load(counter, taken) === goal, { timeout: 60_000 });
  const own = new FutexSemaphore(new Int32Array(page.mapping.buffer), PLACE);
  for (const _ of takers) own.post();
  expect(await Promise.all(takers.map(({ ended }) => ended))).toEqual(Array(3).fill("done"));
  expect(own.value()).toBe(0);
});

test("a dead owner's lock is taken, and the taker is told, whether it waits blocking or not", async () => {
  for (const form of ["lock", "lockAsync"] as const) {
    const page = sharedPage();
    const { lock } = lockIn(page);
    await killed(await holder(page));
    expect(await lock[form]()).toEqual({ kind: "taken", ownerDied: true });
    lock.unlock();
    expect(await lock[form]()).toEqual({ kind: "taken" });
    lock.unlock();
  }
});

test("a dead owner's lock is taken in the last look of a wait that is shorter than its sleep", async () => {
  const page = sharedPage();
  const { lock } = lockIn(page);
  await killed(await holder(page));
  using held = lock.hold({ withinMs: 1 });
  expect(held?.ownerDied).toBe(true);
});

test("of many that wait for a dead owner exactly one is told, and all get the lock", async () => {
  const page = sharedPage();
  const { word } = lockIn(page);
  const owner = await holder(page);
  const waiters = [1, 2, 3, 4].map(() =>
    child(`${IN_CHILD} console.log(lock.lock().ownerDied ?? "taken"); lock.unlock()`, page),
  );
  for (const waiter of waiters) await waiter.asleepIn("futex");
  await killed(owner);
  const told = await Promise.all(waiters.map(({ ended }) => ended));
  expect(told.toSorted()).toEqual(["taken", "taken", "taken", "true"]);
  expect(word()).toBe(0);
});

test("an owner of another start time is dead, though its pid was given to another process", () => {
  const { lock, words } = lockIn(sharedPage());
  const start = (processStat(process.pid)?.startTime ?? 0) & 0x1ff;
  Atomics.store(words, PLACE, (((start + 1) & 0x1ff) << 22) | process.pid);
  expect(lock.lock({ withinMs: 1 })).toEqual({ kind: "taken", ownerDied: true });
});

test("processes killed at random in and out of the lock never stop the others", {
  timeout: 60_000,
}, async () => {
  const page = sharedPage();
  const { lock, word } = lockIn(page);
  const rounds = counterOf(page);
  const loops = Array.from({ length: 10 }, () =>
    child(`${IN_CHILD} for (;;) { lock.lock(); Atomics.add(counter, 0, 1); lock.unlock(); }`, page),
  );
  await vi.waitUntil(() => (rounds[0] ?? 0) > 100, WITHIN);
  for (const victim of loops) {
    const enough = Atomics.load(rounds, 0) + Math.floor(Math.random() * 300);
    await vi.waitUntil(() => Atomics.load(rounds, 0) >= enough, WITHIN);
    victim.started.kill("SIGKILL");
    await victim.ended;
  }
  expect(lock.lock({ withinMs: 20_000 }).kind).toBe("taken");
  lock.unlock();
  expect(word()).toBe(0);
});

test("an async lock that is aborted rejects with the reason and leaves the lock to others", async () => {
  const page = sharedPage();
  const { lock, words } = lockIn(page);
  const other = new FutexLock(words, PLACE);
  other.lock();
  const reason = new Error("changed my mind");
  const abort = new AbortController();
  const seen = lock.lockAsync({ signal: abort.signal }).catch((error: unknown) => error);
  setTimeout(() => {
    abort.abort(reason);
    other.unlock();
  }, 5);
  expect(await seen).toBe(reason);
  expect([lock.held, lock.owner()]).toEqual([false, null]);
});

test("a process may exit while an async lock is under way", async () => {
  const page = sharedPage();
  await holder(page);
  const waiting = child(`${IN_CHILD} lock.lockAsync(); setTimeout(() => process.exit(7), 20)`, page);
  await waiting.ended;
  expect(waiting.started.exitCode).toBe(7);
});

test("a lock is held until the end of the block, also after an exception", () => {
  const { lock } = lockIn(sharedPage());
  expect(() => {
    using held = lock.hold();
    expect([held.ownerDied, lock.owner()]).toEqual([false, process.pid]);
    throw new Error("inside");
  }).toThrow("inside");
  expect(lock.owner()).toBeNull();
});

test("after the memory is unmapped every call on a lock and a semaphore is an error and not a crash", async () => {
  const page = sharedPage();
  const { lock, words } = lockIn(page);
  const semaphore = placeFutexSemaphore(words, 0);
  new FutexLock(words, PLACE).lock();
  const waits = [semaphore.waitAsync(), lock.lockAsync()];
  const ends = Promise.allSettled(waits);
  await vi.waitUntil(() => semaphore.sleepers() === 1, WITHIN);
  munmap(page.mapping);
  expect((await ends).map((end) => end.status === "rejected" && end.reason.code)).toEqual([
    "ALREADY_CLOSED",
    "ALREADY_CLOSED",
  ]);
  for (const use of [
    () => lock.lock(),
    () => lock.tryLock(),
    () => lock.unlock(),
    () => lock.owner(),
    () => semaphore.post(),
    () => semaphore.wait(),
    () => semaphore.tryWait(),
    () => semaphore.value(),
    () => semaphore.sleepers(),
  ])
    expect(codeOf(use)).toBe("ALREADY_CLOSED");
  expect(codeOf(() => new FutexLock(words))).toBe("BAD_ARGUMENT");
});

test("a place outside the memory, and a value that no semaphore has, are refused", () => {
  const { words } = lockIn(sharedPage());
  for (const index of [-1, 0.5, words.length])
    expect(codeOf(() => new FutexLock(words, index))).toBe("BAD_ARGUMENT");
  expect(codeOf(() => placeFutexSemaphore(words, 0, words.length - 1))).toBe("BAD_ARGUMENT");
  expect(codeOf(() => placeFutexSemaphore(words, -1))).toBe("BAD_ARGUMENT");
  expect(codeOf(() => placeFutexSemaphore(words, SEM_VALUE_MAX + 1))).toBe("SEMAPHORE_LIMIT");
  const full = placeFutexSemaphore(words, SEM_VALUE_MAX);
  expect(codeOf(() => full.post())).toBe("SEMAPHORE_LIMIT");
  expect(full.value()).toBe(SEM_VALUE_MAX);
});
