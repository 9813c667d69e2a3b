import { spawn } from "node:child_process";
import { once } from "node:events";
import { ownObject, removeRun } from "@ipc-playground/lab-kit/runner";
import { blockedCall, processStat } from "@ipc-playground/libc";
import {
  type CreatePosixOptions,
  createPosixQueue,
  openPosixQueue,
  POSIX_LIMITS,
  type PosixQueue,
  readLimit,
  readStatus,
  unlinkPosixQueue,
} from "@ipc-playground/message-queues";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { codeOf, ownName } from "./posix-suite.ts";

afterAll(removeRun);

const WITHIN = { timeout: 20_000, interval: 1 };

function ownQueue(options: CreatePosixOptions = { maxMessages: 4, messageBytes: 64 }) {
  const name = ownName();
  const queue = createPosixQueue(name, options);
  onTestFinished(() => queue.close());
  return { name, queue };
}

function fill(queue: PosixQueue): void {
  while (queue.send(Uint8Array.of(0), { withinMs: 0 }).kind === "sent");
}

/** A process of this Node that runs a program with the queue's name as its argument. */
function child(name: string, program: string) {
  const code = `import * as mq from "@ipc-playground/message-queues";${program}`;
  const started = spawn(process.execPath, ["--input-type=module", "-e", code, name], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    started.kill("SIGKILL");
  });
  let printed = "";
  started.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  const ended = once(started, "close").then(() => printed.trim());
  const pid = started.pid as number;
  const asleepIn = (call: string) =>
    vi.waitUntil(() => processStat(pid)?.state === "S" && blockedCall(pid)?.syscall === call, WITHIN);
  return { pid, started, ended, asleepIn, printed: () => printed };
}

const OPEN = "const queue = mq.openPosixQueue(process.argv[1]);";

test("opening a missing queue without create is ENOENT", () => {
  expect(codeOf(() => openPosixQueue(ownObject("posix-mq")))).toBe("NO_SUCH_QUEUE ENOENT");
});

test("a full queue blocks the sender until a receive", async () => {
  const { name, queue } = ownQueue();
  fill(queue);
  const { ended, asleepIn } = child(
    name,
    `${OPEN}console.log(queue.send(Uint8Array.of(9), { priority: 0 }).kind)`,
  );
  await asleepIn("mq_timedsend");
  queue.receive();
  expect(await ended).toBe("sent");
  expect(queue.attributes().currentMessages).toBe(4);
});

test("a receive buffer smaller than the message size is EMSGSIZE, even for a short message", () => {
  const { queue } = ownQueue();
  queue.send(Uint8Array.of(1));
  expect(codeOf(() => queue.receiveInto(new Uint8Array(63)))).toBe("BUFFER_TOO_SMALL EMSGSIZE");
  expect(queue.receiveInto(new Uint8Array(64))).toBe(1);
});

test("an empty and a full queue give up in time: timed-out with a deadline, would-block without waiting", () => {
  const { queue } = ownQueue();
  expect(queue.receive({ withinMs: 5 })).toEqual({ kind: "timed-out" });
  fill(queue);
  expect(queue.send(Uint8Array.of(1), { withinMs: 5 })).toEqual({ kind: "timed-out" });
  using other = queue.reopenNonBlocking();
  expect(other.send(Uint8Array.of(1))).toEqual({ kind: "would-block" });
  expect(other.receive().kind).toBe("message");
});

test("a deadline in the past takes what is there", () => {
  const { queue } = ownQueue();
  queue.send(Uint8Array.of(1));
  expect(queue.receive({ withinMs: -1_000 }).kind).toBe("message");
});

const NOTIFIED = `let count = 0;
  process.on("SIGUSR2", () => console.log(++count));
  setInterval(() => {}, 1_000);`;

test("a notification fires when empty becomes non-empty", async () => {
  const { name, queue } = ownQueue();
  const { pid, printed } = child(name, `${OPEN}${NOTIFIED}console.log(queue.notify(12))`);
  await vi.waitUntil(() => printed() === "true\n", WITHIN);
  expect(queue.status().notifyPid).toBe(pid);
  queue.send(Uint8Array.of(1));
  await vi.waitUntil(() => printed() === "true\n1\n", WITHIN);
});

test("a notification is spent once delivered", async () => {
  const { name, queue } = ownQueue();
  const { printed } = child(name, `${OPEN}${NOTIFIED}console.log(queue.notify(12))`);
  await vi.waitUntil(() => printed() === "true\n", WITHIN);
  for (let i = 0; i < 3; i++) {
    queue.send(Uint8Array.of(1));
    queue.receive();
  }
  await vi.waitUntil(() => printed().includes("1\n"), WITHIN);
  expect(queue.status().notifyPid).toBe(0);
  // Nobody is registered, so this process may.
  expect(queue.notify(0)).toBe(true);
  queue.notify(null);
  expect(printed()).toBe("true\n1\n");
});

test("a waiting receiver wins over a notification", async () => {
  const { name, queue } = ownQueue();
  const notified = child(name, `${OPEN}${NOTIFIED}console.log(queue.notify(12))`);
  await vi.waitUntil(() => notified.printed() === "true\n", WITHIN);
  const receiver = child(name, `${OPEN}console.log(queue.receive().kind)`);
  await receiver.asleepIn("mq_timedreceive");
  queue.send(Uint8Array.of(1));
  expect(await receiver.ended).toBe("message");
  expect(queue.status().notifyPid).toBe(notified.pid);
  expect(notified.printed()).toBe("true\n");
});

test("one process at a time is notified", async () => {
  const { name, queue } = ownQueue();
  const { printed } = child(name, `${OPEN}${NOTIFIED}console.log(queue.notify(12))`);
  await vi.waitUntil(() => printed() === "true\n", WITHIN);
  expect(queue.notify(12)).toBe(false);
});

test("an unlinked name leaves open queues working, and a new one of that name is another", () => {
  const { name, queue } = ownQueue();
  using other = openPosixQueue(name);
  expect([unlinkPosixQueue(name), unlinkPosixQueue(name)]).toEqual([true, false]);
  using next = createPosixQueue(name, { maxMessages: 1, messageBytes: 1 });
  queue.send(Uint8Array.of(1));
  expect([other, next].map((one) => one.attributes().currentMessages)).toEqual([1, 0]);
  expect(next.name).not.toBe(queue.name);
});

test("reading an open queue in /proc tells its bytes, from outside too", () => {
  const { queue } = ownQueue();
  queue.send(Buffer.from("hello"));
  expect(readStatus(process.pid, queue.fd)).toEqual({ bytes: 5, notifyPid: 0 });
});

test("a receiver killed while it waits takes nothing; killed after it received, its message is gone", async () => {
  const { name, queue } = ownQueue();
  const waiting = child(name, `${OPEN}queue.receive()`);
  await waiting.asleepIn("mq_timedreceive");
  waiting.started.kill("SIGKILL");
  await waiting.ended;
  queue.send(Uint8Array.of(1));
  queue.send(Uint8Array.of(2));
  expect(queue.attributes().currentMessages).toBe(2);
  const holding = child(name, `${OPEN}queue.receive(); console.log("held"); setInterval(() => {}, 1_000)`);
  await vi.waitUntil(() => holding.printed() === "held\n", WITHIN);
  holding.started.kill("SIGKILL");
  await holding.ended;
  expect(queue.attributes().currentMessages).toBe(1);
});

test.each([
  ["jobs", "does not begin with a slash"],
  ["", "does not begin with a slash"],
  ["/", "nothing follows the slash"],
  ["/a/b", "second slash"],
  ["/..", "a folder's name"],
  ["/a\0b", "NUL"],
  [`/${"x".repeat(256)}`, "256 bytes follow the slash, and 255 is the most"],
  [`/${"é".repeat(128)}`, "256 bytes follow the slash"],
])("the name %j is refused, and why", (name, why) => {
  for (const open of [openPosixQueue, createPosixQueue]) {
    expect(() => open(name)).toThrow(
      expect.objectContaining({ code: "BAD_QUEUE_NAME", fact: expect.stringContaining(why) }),
    );
  }
});

test("a name of 255 bytes after the slash is accepted", () => {
  const name = ownName().padEnd(256, "x");
  onTestFinished(() => {
    unlinkPosixQueue(name);
  });
  createPosixQueue(name, { maxMessages: 1, messageBytes: 1 }).close();
});

test.each([
  ["messages", "maxMessages", "fs.mqueue.msg_max"],
  ["messageBytes", "messageBytes", "fs.mqueue.msgsize_max"],
] as const)(
  "more %s than the limit is refused, with the limit, its file, and how to raise it",
  (limit, field, key) => {
    const { file } = POSIX_LIMITS[limit];
    // Beyond HARD_MSGMAX and HARD_MSGSIZEMAX, where no privilege helps. mq_overview(7)
    const asked = 20_000_000;
    const size = { maxMessages: 1, messageBytes: 1, [field]: asked };
    expect(() => createPosixQueue(ownName(), size)).toThrow(
      expect.objectContaining({
        code: "QUEUE_LIMIT",
        fact: expect.stringContaining(
          `${readLimit(POSIX_LIMITS[limit])} ${field === "maxMessages" ? "messages" : "bytes"}`,
        ),
        nextStep: expect.stringContaining(`sysctl -w ${key}=NUMBER`),
      }),
    );
    expect(() => createPosixQueue(ownName(), size)).toThrow(file);
  },
);

test.each([0, -1, 1.5, Number.NaN])("a queue of %s messages is refused", (maxMessages) => {
  expect(codeOf(() => createPosixQueue(ownName(), { maxMessages, messageBytes: 1 }))).toBe(
    "BAD_ARGUMENT EINVAL",
  );
});

test("`ulimit -q` exhausted is EMFILE, with the limit and how to raise it", async () => {
  const { ended } = child(
    ownName(),
    `import { setSoftLimit } from "@ipc-playground/libc";
     setSoftLimit("messageQueueBytes", 5_000);
     try { mq.createPosixQueue(process.argv[1], { maxMessages: 10, messageBytes: 1024 }); console.log("made"); }
     catch (error) { console.log(error.code, error.errno, error.message); }`,
  );
  expect(await ended).toMatch(
    /^QUEUE_LIMIT EMFILE .*may take 5000 bytes together \(`ulimit -q`\).*10 messages of 1024 bytes.*limits\.conf/,
  );
});

test("a queue that is not open to this user is EACCES", async () => {
  const { name } = ownQueue({ maxMessages: 1, messageBytes: 1, mode: 0o000 });
  const { ended } = child(
    name,
    `process.setuid?.(process.getuid() === 0 ? 65534 : process.getuid());
     try { ${OPEN}console.log("opened"); } catch (error) { console.log(error.code, error.errno); }`,
  );
  expect(await ended).toBe("NO_PERMISSION EACCES");
});

test("`using` closes, closing twice is harmless, and using a closed queue is an error", () => {
  const { queue } = ownQueue();
  queue.close();
  queue.close();
  expect(queue.closed).toBe(true);
  expect(codeOf(() => queue.receive())).toBe("ALREADY_CLOSED");
});

test("without sizes a queue gets the system's default", () => {
  const { queue } = ownQueue({});
  expect(queue.attributes()).toMatchObject({
    maxMessages: readLimit(POSIX_LIMITS.defaultMessages),
    messageBytes: readLimit(POSIX_LIMITS.defaultMessageBytes),
  });
});
