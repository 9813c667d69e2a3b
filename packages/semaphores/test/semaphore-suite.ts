import { removeRun } from "@ipc-playground/lab-kit/runner";
import type { Semaphore } from "@ipc-playground/semaphores";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { child, codeOf, counterOf, type SharedPage, sharedPage, WITHIN } from "./children.ts";

export interface Opened {
  semaphore: Semaphore;
  /** JavaScript that makes `semaphore` in a child, where `sem`, `libc` and `memory` are known. */
  inChild: string;
}

/** The system call in which its sleepers are seen. */
type SleepsIn = "futex" | "semtimedop";

/** What everything that can wait and post must satisfy. */
export function testSemaphore(
  name: string,
  sleepsIn: SleepsIn,
  open: (value: number, page: SharedPage) => Opened,
): void {
  afterAll(removeRun);

  function opened(value: number) {
    const page = sharedPage();
    const { semaphore, inChild } = open(value, page);
    const children: ReturnType<typeof child>[] = [];
    return {
      semaphore,
      counter: counterOf(page),
      child: (program: string) => {
        const one = child(`${inChild}\n${program}`, page);
        children.push(one);
        return one;
      },
      /** A child that has gone to sleep in the semaphore. */
      async sleeper(program: string) {
        const one = child(`${inChild}\nconsole.log("ready");\n${program}`, page);
        await one.said("ready");
        await one.asleepIn(sleepsIn);
        return one;
      },
    };
  }

  const lastLine = async ({ ended }: { ended: Promise<string> }) => (await ended).split("\n").at(-1);

  describe(name, () => {
    test("P takes what is there and V adds: a value that is never below 0", () => {
      const { semaphore } = opened(2);
      expect(semaphore.value()).toBe(2);
      expect([semaphore.wait(), semaphore.tryWait(), semaphore.tryWait()].map(({ kind }) => kind)).toEqual([
        "taken",
        "taken",
        "would-block",
      ]);
      expect(semaphore.value()).toBe(0);
      semaphore.post();
      semaphore.post();
      semaphore.post();
      expect(semaphore.value()).toBe(3);
    });

    test("a timed wait at zero is over in time, and takes nothing", () => {
      const { semaphore } = opened(0);
      expect(semaphore.wait({ withinMs: 0 }).kind).toBe("timed-out");
      const before = performance.now();
      expect(semaphore.wait({ withinMs: 20 }).kind).toBe("timed-out");
      expect(performance.now() - before).toBeGreaterThan(18);
      semaphore.post();
      expect(semaphore.wait({ withinMs: 0 }).kind).toBe("taken");
    });

    test("a wait for no number of milliseconds is an error", () => {
      const { semaphore } = opened(1);
      expect(codeOf(() => semaphore.wait({ withinMs: -1 }))).toBe("BAD_ARGUMENT");
      expect(codeOf(() => semaphore.wait({ withinMs: Number.NaN }))).toBe("BAD_ARGUMENT");
      expect(semaphore.wait({ withinMs: 1e300 }).kind).toBe("taken");
    });

    test("a process that waits sleeps in the kernel, and a post of another process wakes it", async () => {
      const { semaphore, sleeper } = opened(0);
      const waiting = await sleeper(`console.log(semaphore.wait().kind)`);
      semaphore.post();
      expect(await lastLine(waiting)).toBe("taken");
      expect(semaphore.value()).toBe(0);
    });

    test("two posts wake two of three sleepers", async () => {
      const { semaphore, sleeper } = opened(0);
      const waiting = await Promise.all([1, 2, 3].map(() => sleeper(`console.log(semaphore.wait().kind)`)));
      let awake = 0;
      for (const { ended } of waiting) void ended.then(() => awake++);
      semaphore.post();
      semaphore.post();
      await vi.waitUntil(() => awake === 2, WITHIN);
      expect([semaphore.value(), awake]).toEqual([0, 2]);
      semaphore.post();
      await vi.waitUntil(() => awake === 3, WITHIN);
    });

    test("a signal interrupts a wait with EINTR, as a value", async () => {
      const { semaphore, sleeper } = opened(0);
      const waiting = await sleeper(
        `process.on("SIGUSR2", () => {});
         libc.setSignalFlags(12, 0); // without SA_RESTART, which Node sets
         console.log("waiting");
         console.log(semaphore.wait().kind); process.exit()`,
      );
      await waiting.said("waiting");
      const signals = setInterval(() => waiting.started.kill("SIGUSR2"), 20);
      expect(await lastLine(waiting).finally(() => clearInterval(signals))).toBe("interrupted");
      expect(semaphore.value()).toBe(0);
    });

    test("an async wait leaves the event loop free, takes what comes, and gives up in time", async () => {
      const { semaphore, child } = opened(0);
      expect((await semaphore.waitAsync({ withinMs: 0 })).kind).toBe("timed-out");
      expect((await semaphore.waitAsync({ withinMs: 15 })).kind).toBe("timed-out");
      let turns = 0;
      const ticking = setInterval(() => turns++, 1);
      onTestFinished(() => clearInterval(ticking));
      const waiting = semaphore.waitAsync({ withinMs: 20_000 });
      await vi.waitUntil(() => turns > 20, WITHIN);
      await child("semaphore.post()").ended;
      expect((await waiting).kind).toBe("taken");
      expect(semaphore.value()).toBe(0);
    });

    test("thirty async waits of one process get one each, and files can be read meanwhile", async () => {
      const { semaphore } = opened(0);
      const waits = Array.from({ length: 30 }, () => semaphore.waitAsync());
      const { readFile } = await import("node:fs/promises");
      expect(`${await readFile("/proc/self/comm")}`).not.toBe("");
      for (let i = 0; i < 30; i++) semaphore.post();
      expect((await Promise.all(waits)).map(({ kind }) => kind)).toEqual(Array(30).fill("taken"));
      expect(semaphore.value()).toBe(0);
    });

    test("an async wait that is aborted rejects with the reason, and what comes later is not lost", async () => {
      const { semaphore } = opened(0);
      const reason = new Error("changed my mind");
      await expect(semaphore.waitAsync({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      const abort = new AbortController();
      const waiting = semaphore.waitAsync({ signal: abort.signal });
      const seen = waiting.catch((error: unknown) => error);
      setTimeout(() => {
        abort.abort(reason);
        semaphore.post();
      }, 5);
      expect(await seen).toBe(reason);
      await vi.waitUntil(() => semaphore.value() === 1, WITHIN);
    });

    test("a process may exit, or throw, while an async wait is under way", async () => {
      const { child } = opened(0);
      const exits = child(`semaphore.waitAsync(); setTimeout(() => process.exit(7), 20)`);
      const throws = child(
        `process.on("uncaughtException", () => process.exit(8));
         semaphore.waitAsync(); setTimeout(() => { throw new Error("no handler catches this") }, 20)`,
      );
      await Promise.all([exits.ended, throws.ended]);
      expect([exits.started.exitCode, throws.started.exitCode]).toEqual([7, 8]);
    });

    test("using gives back at the end of the block, after an exception too, and only once", () => {
      const { semaphore } = opened(1);
      expect(() => {
        using _held = semaphore.hold();
        expect(semaphore.value()).toBe(0);
        expect(semaphore.hold({ withinMs: 1 })).toBeUndefined();
        throw new Error("inside");
      }).toThrow("inside");
      expect(semaphore.value()).toBe(1);
      {
        using held = semaphore.hold({ withinMs: 1 });
        held?.release();
        held?.release();
      }
      expect(semaphore.value()).toBe(1);
    });

    test("four processes that hold it by turns lose no update", { timeout: 60_000 }, async () => {
      const { semaphore, counter, child } = opened(1);
      const adders = [1, 2, 3, 4].map(() =>
        child(
          `for (let i = 0; i < 5_000; i++) {
             const held = semaphore.hold();
             // Read and write are far enough apart to be caught out.
             const seen = counter[0];
             for (let j = 0; j < 20; j++) counter[1] = j;
             counter[0] = seen + 1;
             held.release();
           }
           console.log("done")`,
        ),
      );
      expect(await Promise.all(adders.map(({ ended }) => ended))).toEqual(Array(4).fill("done"));
      expect([counter[0], semaphore.value()]).toEqual([20_000, 1]);
    });

    test("30,000 posts of two processes wake two that wait, and none is lost", {
      timeout: 60_000,
    }, async () => {
      const { semaphore, child } = opened(0);
      const takers = [1, 2].map(() =>
        child(
          `let n = 0; for (; n < 15_000; n++) if (semaphore.wait({ withinMs: 20_000 }).kind !== "taken") break; console.log(n)`,
        ),
      );
      const posters = [1, 2].map(() => child(`for (let n = 0; n < 15_000; n++) semaphore.post()`));
      await Promise.all(posters.map(({ ended }) => ended));
      expect(await Promise.all(takers.map(({ ended }) => ended))).toEqual(["15000", "15000"]);
      expect(semaphore.value()).toBe(0);
    });
  });
}
