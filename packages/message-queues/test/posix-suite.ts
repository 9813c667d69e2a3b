import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { IpcError } from "@ipc-playground/contract";
import { ownObject, removeRun } from "@ipc-playground/lab-kit/runner";
import { openDescriptors } from "@ipc-playground/libc";
import {
  type CreatePosixOptions,
  type EventLoopQueue,
  openPosixQueue,
  unlinkPosixQueue,
} from "@ipc-playground/message-queues";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";

export type OpenDriver = (name: string, options?: { create?: CreatePosixOptions }) => EventLoopQueue;

const WITHIN = { timeout: 20_000, interval: 1 };

/** A name of this run's own, which is gone when the test is over. */
export function ownName(): string {
  const name = ownObject("posix-mq");
  onTestFinished(() => {
    unlinkPosixQueue(name);
  });
  return name;
}

export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof IpcError) return `${error.code} ${error.errno ?? ""}`.trim();
    throw error;
  }
  return "nothing was thrown";
}

function text(queue: EventLoopQueue): string | undefined {
  const message = queue.tryReceive();
  return message && Buffer.from(message.bytes).toString();
}

/** What both drivers must satisfy. `absent`: why this machine cannot try one. */
export function testPosixQueue(driver: string, openDriver: OpenDriver, absent?: string): void {
  afterAll(removeRun);

  /** A queue of four short messages, and its name. */
  function ownQueue(size: CreatePosixOptions = {}) {
    const name = ownName();
    const queue = openDriver(name, { create: { maxMessages: 4, messageBytes: 64, ...size } });
    onTestFinished(() => queue.close());
    return { name, queue };
  }

  function produce(name: string, who: number, count: number) {
    const script = fileURLToPath(new URL("fixtures/producer.mjs", import.meta.url));
    const child = spawn(process.execPath, [script, name, `${who}`, `${count}`], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    return once(child, "exit");
  }

  describe.skipIf(absent !== undefined)(
    absent === undefined ? driver : `${driver} (skipped: ${absent})`,
    () => {
      test("opening a missing queue without create is ENOENT", () => {
        expect(codeOf(() => openDriver(ownName()))).toBe("NO_SUCH_QUEUE ENOENT");
      });

      test("creating a queue that exists is EEXIST", () => {
        const { name } = ownQueue();
        expect(codeOf(() => openDriver(name, { create: {} }))).toBe("QUEUE_EXISTS EEXIST");
      });

      test("the highest priority leaves first, and equal priorities first-in first-out", () => {
        const { queue } = ownQueue();
        for (const [word, priority] of [
          ["a", 1],
          ["b", 9],
          ["c", 1],
          ["d", 9],
        ] as const)
          expect(queue.trySend(Buffer.from(word), priority)).toBe(true);
        expect([text(queue), text(queue), text(queue), text(queue), text(queue)]).toEqual([
          "b",
          "d",
          "a",
          "c",
          undefined,
        ]);
      });

      test("a message keeps its bytes, NUL among them, its length, none included, and its priority", () => {
        const { queue } = ownQueue();
        for (const bytes of [Uint8Array.of(0, 1, 0, 255), new Uint8Array(), new Uint8Array(64).fill(7)]) {
          queue.trySend(bytes, 31);
          expect(queue.tryReceive()).toEqual({ kind: "message", priority: 31, bytes });
        }
      });

      test("full and non-blocking is EAGAIN, as a value", () => {
        const { queue } = ownQueue();
        expect([1, 2, 3, 4, 5].map((n) => queue.trySend(Uint8Array.of(n)))).toEqual([
          true,
          true,
          true,
          true,
          false,
        ]);
        expect(queue.attributes()).toMatchObject({ maxMessages: 4, messageBytes: 64, currentMessages: 4 });
      });

      test("a message over the queue's limit is EMSGSIZE, and a priority below 0 EINVAL", () => {
        const { queue } = ownQueue();
        expect(codeOf(() => queue.trySend(new Uint8Array(65)))).toBe("MESSAGE_TOO_LONG EMSGSIZE");
        expect(codeOf(() => queue.trySend(new Uint8Array(1), -1))).toBe("BAD_ARGUMENT EINVAL");
      });

      test("send waits for room without blocking, in order, and gives up in time", async () => {
        const { name, queue } = ownQueue();
        const sends = [1, 2, 3, 4, 5, 6].map((n) => queue.send(Uint8Array.of(n)));
        expect(await queue.send(Uint8Array.of(9), { withinMs: 20 })).toBe(false);
        const taker = openPosixQueue(name);
        onTestFinished(() => taker.close());
        const taken = [];
        for (let i = 0; i < 4; i++) taken.push(taker.receive({ withinMs: 0 }));
        expect(await Promise.all(sends)).toEqual([true, true, true, true, true, true]);
        for (let i = 0; i < 2; i++) taken.push(taker.receive({ withinMs: 0 }));
        expect(taken.map((message) => message.kind === "message" && message.bytes[0])).toEqual([
          1, 2, 3, 4, 5, 6,
        ]);
      });

      test("using a queue after close is an error, and closing twice is not", async () => {
        const { queue } = ownQueue({ maxMessages: 1 });
        queue.trySend(Uint8Array.of(1));
        const waiting = queue.send(Uint8Array.of(2));
        queue.close();
        queue.close();
        await expect(waiting).rejects.toMatchObject({ code: "ALREADY_CLOSED" });
        expect(codeOf(() => queue.tryReceive())).toBe("ALREADY_CLOSED");
        expect(codeOf(() => queue.listen(() => {}))).toBe("ALREADY_CLOSED");
      });

      test("close, open and close again in one turn, a hundred times, leaves no descriptor", async () => {
        const before = openDescriptors(process.pid)?.length;
        const { name } = ownQueue();
        for (let i = 0; i < 100; i++) {
          const queue = openDriver(name);
          queue.trySend(Uint8Array.of(i));
          const listener = queue.listen(() => {});
          listener.stop();
          queue.close();
        }
        await vi.waitUntil(() => (openDescriptors(process.pid)?.length ?? 0) <= (before ?? 0) + 1, WITHIN);
      });

      describe("a listener", () => {
        test.each([0, 1, 3, 4])(
          "gets what was there before it, %s messages, and what comes later",
          async (there) => {
            const { name, queue } = ownQueue();
            for (let i = 0; i < there; i++) queue.trySend(Uint8Array.of(i));
            await turns(2);
            const got: number[] = [];
            queue.listen(({ bytes }) => got.push(bytes[0] as number));
            await vi.waitUntil(() => got.length === there, WITHIN);
            await turns(20);
            const sender = createdBefore(name);
            for (let i = there; i < 12; i++) {
              sender.send(Uint8Array.of(i));
              await vi.waitUntil(() => got.length === i + 1, WITHIN);
            }
            expect(got).toEqual(Array.from({ length: 12 }, (_, i) => i));
          },
        );

        test.each([1, 2, 4])(
          "gets %s messages that were sent in the turn in which it was opened",
          async (count) => {
            const { queue, name } = ownQueue();
            const got: number[] = [];
            queue.listen(({ bytes }) => got.push(bytes[0] as number));
            for (let i = 0; i < count; i++) expect(queue.trySend(Uint8Array.of(i))).toBe(true);
            await vi.waitUntil(() => got.length === count, WITHIN);
            await turns(20);
            createdBefore(name).send(Uint8Array.of(99));
            await vi.waitUntil(() => got.at(-1) === 99, WITHIN);
          },
        );

        test("stopped after one message leaves the others, and a new one gets them", async () => {
          const { queue } = ownQueue();
          for (let i = 0; i < 4; i++) queue.trySend(Uint8Array.of(i));
          const got: number[] = [];
          for (let i = 0; i < 4; i++) {
            await new Promise<void>((resolve) => {
              const listener = queue.listen(({ bytes }) => {
                got.push(bytes[0] as number);
                listener.stop();
                resolve();
              });
            });
            expect(queue.attributes().currentMessages).toBe(3 - i);
            await turns(i);
          }
          expect(got).toEqual([0, 1, 2, 3]);
        });

        test("may close the queue inside its own function", async () => {
          const { queue, name } = ownQueue();
          for (let i = 0; i < 3; i++) queue.trySend(Uint8Array.of(i));
          let calls = 0;
          await new Promise<void>((resolve) =>
            queue.listen(() => {
              calls++;
              queue.close();
              resolve();
            }),
          );
          await turns(20);
          expect(calls).toBe(1);
          expect(createdBefore(name).attributes().currentMessages).toBe(2);
        });

        test("goes on after its function has thrown, and the exception is an uncaught one", async () => {
          const { queue } = ownQueue();
          const uncaught: unknown[] = [];
          const others = process.listeners("uncaughtException");
          process.removeAllListeners("uncaughtException");
          process.on("uncaughtException", (error) => uncaught.push(error));
          onTestFinished(() => {
            process.removeAllListeners("uncaughtException");
            for (const other of others) process.on("uncaughtException", other);
          });
          let calls = 0;
          queue.listen(() => {
            if (++calls === 1) throw new Error("first");
          });
          queue.trySend(Uint8Array.of(1));
          queue.trySend(Uint8Array.of(2));
          await vi.waitUntil(() => calls === 2 && uncaught.length === 1, WITHIN);
        });

        test("may ask for its turn to end after a message: then promises come before the next", async () => {
          const { queue } = ownQueue();
          for (let i = 0; i < 3; i++) queue.trySend(Uint8Array.of(i));
          const order: string[] = [];
          const listener = queue.listen(({ bytes }) => {
            order.push(`message ${bytes[0]}`);
            listener.yield();
            void turns(0).then(() => order.push(`promise ${bytes[0]}`));
          });
          await vi.waitUntil(() => order.length === 6, WITHIN);
          expect(order).toEqual([0, 1, 2].flatMap((i) => [`message ${i}`, `promise ${i}`]));
        });

        test("is one at a time", () => {
          const { queue } = ownQueue();
          const listener = queue.listen(() => {});
          expect(codeOf(() => queue.listen(() => {}))).toBe("BAD_ARGUMENT");
          listener.stop();
          listener.stop();
          queue.listen(() => {}).stop();
        });

        test("of a queue whose name is gone goes on", async () => {
          const { queue, name } = ownQueue();
          const sender = createdBefore(name);
          const got: number[] = [];
          queue.listen(({ bytes }) => got.push(bytes[0] as number));
          await turns(5);
          unlinkPosixQueue(name);
          for (let i = 0; i < 10; i++) {
            sender.send(Uint8Array.of(i));
            await vi.waitUntil(() => got.length === i + 1, WITHIN);
          }
        });

        test("loses no wake-up in 100,000 messages of four producers, each in its order", {
          timeout: 120_000,
        }, async () => {
          const { queue, name } = ownQueue({ maxMessages: 10, messageBytes: 8 });
          const next = [0, 0, 0, 0];
          let got = 0;
          let wrong = 0;
          queue.listen(({ bytes }) => {
            const message = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
            const who = message.readUInt32LE(0);
            if (message.readUInt32LE(4) !== next[who]) wrong++;
            next[who] = (next[who] ?? 0) + 1;
            got++;
          });
          const exits = await Promise.all([0, 1, 2, 3].map((who) => produce(name, who, 25_000)));
          expect(exits).toEqual([
            [0, null],
            [0, null],
            [0, null],
            [0, null],
          ]);
          await vi.waitUntil(() => got === 100_000, WITHIN);
          expect({ next, wrong }).toEqual({ next: [25_000, 25_000, 25_000, 25_000], wrong: 0 });
        });

        test("that has nothing to do sleeps", async () => {
          const { queue } = ownQueue();
          let got = 0;
          queue.listen(() => got++);
          queue.trySend(Uint8Array.of(1));
          await vi.waitUntil(() => got === 1, WITHIN);
          await turns(10);
          // Between two looks of a second each: how long it was on a processor, and how often it woke up.
          const used = await processorUseOf(1_000);
          expect(used.cpuShare).toBeLessThan(0.02);
          expect(used.wakeUps).toBeLessThan(100);
        });
      });
    },
  );

  function createdBefore(name: string) {
    const queue = openPosixQueue(name);
    onTestFinished(() => queue.close());
    return queue;
  }
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

async function processorUseOf(ms: number): Promise<{ cpuShare: number; wakeUps: number }> {
  const { resourceUsage } = await import("@ipc-playground/libc");
  const before = resourceUsage("thread");
  const began = performance.now();
  await new Promise((resolve) => setTimeout(resolve, ms));
  const after = resourceUsage("thread");
  const micros = after.userMicros + after.systemMicros - before.userMicros - before.systemMicros;
  return {
    cpuShare: micros / 1_000 / (performance.now() - began),
    wakeUps: after.voluntarySwitches - before.voluntarySwitches,
  };
}
