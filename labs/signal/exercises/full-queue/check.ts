import { IpcError } from "@ipc-playground/contract";
import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { submitted } from "@ipc-playground/lab-kit/exercises";
import type { Actor } from "@ipc-playground/lab-kit/runner";
import {
  check,
  close,
  POLLHUP,
  pipe2,
  poll,
  read,
  setSoftLimit,
  signalStatus,
  write,
} from "@ipc-playground/libc";
import { BlockedSignals, signalNumber } from "@ipc-playground/signals";

type Submission = typeof import("./starter.ts");

const SIGNAL = signalNumber("SIGRTMIN+1");
/** So many more signals than wait already for this user may wait for the receiver. */
const ROOM = 10;
const MANY = 50;
/** So long may it take until something has happened, in milliseconds, when nothing keeps it. */
const PATIENCE_MS = 3_000;

interface Received {
  values: number[];
}

export default defineExercise({
  name: "full-queue",
  title: "Send every value, although the queue is full",
  hints: [
    "`sendQueuedToMainThread` throws when the queue is full. Catch that one error, by its `code`, and nothing else: what does an endless retry do when the receiver is dead?",
    "The value that was refused is the one to try again, and no other before it is in: a second value that finds room first has overtaken it.",
    "Between two tries, `await` something that lets the event loop turn: `setTimeout` of node:timers/promises. A loop without it never gives the processor back.",
  ],
  processes: {
    async sender(context) {
      const { sendAll } = await submitted<Submission>(context, "sendAll");
      const { number, log } = context;
      const values = Array.from({ length: number("count") }, (_, i) => i + 1);
      // Whatever else this program has to do.
      const other = setTimeout(() => log.event("tick"), 5);
      try {
        await log.call("sendAll", `${values.length} values`, () =>
          sendAll(number("receiver"), SIGNAL, values),
        );
        return "resolved";
      } catch (error) {
        return error instanceof IpcError ? error.code : String(error);
      } finally {
        clearTimeout(other);
      }
    },
    /** Lets them wait until it is told to begin; then takes what there is until it is told to stop. */
    receiver({ fd, log }) {
      using signals = new BlockedSignals([SIGNAL]);
      const waiting = signalStatus(process.pid)?.queued ?? 0;
      check(setSoftLimit("pendingSignals", waiting + ROOM), { syscall: "prlimit", doing: "lower the limit" });
      log.event("ready", { result: `room for ${ROOM}` });
      log.call("read", "gate", () => read(fd("begin"), new Uint8Array(1)));
      const values: number[] = [];
      for (;;) {
        const taken = signals.take(20);
        if (taken.kind === "signal") values.push(taken.value);
        else if (isOver(fd("stop"))) break;
      }
      log.event("received", { result: `${values.length} values` });
      return { values } satisfies Received;
    },
  },
  schedules: {
    few: {
      says: "A few values, and room for all of them.",
      run: (context) => allArrive(context, 3),
    },
    full: {
      says: "More values than the queue holds, and a receiver that is late.",
      run: (context) => allArrive(context, MANY),
    },
    eventLoop: {
      says: "While there is no room, the sender's event loop goes on.",
      async run(context) {
        using play = new Played(context, MANY);
        await play.full();
        const ticked = await play.sender.said("tick", { withinMs: PATIENCE_MS }).then(
          () => true,
          () => false,
        );
        context.require(
          ticked,
          `sendAll() waits for room (${play.sender.whereabouts()}), and a timer of the sender's did not run within ${PATIENCE_MS / 1_000} s`,
        );
      },
    },
    gone: {
      says: "If the receiver has ended, the promise is rejected.",
      async run(context) {
        using play = new Played(context, MANY);
        await play.receiver.said("ready");
        play.receiver.kill("SIGKILL");
        await play.receiver.exited();
        const answer = await play.answer("the receiver has ended");
        context.require(
          answer === "NO_SUCH_PROCESS",
          `the receiver has ended, and sendAll() ${answer === "resolved" ? "resolved" : `was rejected with ${answer}`}, where NO_SUCH_PROCESS was due`,
        );
      },
    },
  },
  starter: { schedule: "full", observed: /^sendAll\(\) was rejected with SIGNAL_QUEUE_FULL$/ },
  wrong: {
    "skips-what-does-not-fit": { schedule: "full", observed: /^\d+ of 50 values arrived: 1, 2, 3/ },
    "begins-again": { schedule: "full", observed: /^all 50 values arrived, but not in order or not once: / },
    "all-at-once": { schedule: "full", observed: /^all 50 values arrived, but not in order or not once: / },
    spins: { schedule: "eventLoop", observed: /a timer of the sender's did not run within 3 s$/ },
    "never-gives-up": {
      schedule: "gone",
      observed: /^sendAll\(\) has not come back, although the receiver has ended/,
    },
  },
});

type Context = ExerciseContext<"sender" | "receiver">;

async function allArrive(context: Context, count: number): Promise<void> {
  using play = new Played(context, count);
  if (count > ROOM) await play.full();
  play.begin();
  const answer = await play.answer("the receiver takes what comes");
  context.require(answer === "resolved", `sendAll() was rejected with ${answer}`);
  const { values } = await play.received();
  const sent = Array.from({ length: count }, (_, i) => i + 1);
  const distinct = [...new Set(values)];
  context.require(
    distinct.length === count,
    `${distinct.length} of ${count} values arrived: ${values.join(", ")}`,
  );
  context.require(
    values.join() === sent.join(),
    `all ${count} values arrived, but not in order or not once: ${values.join(", ")}`,
  );
}

/** A receiver with a small queue, and the submission that sends to it. */
class Played implements Disposable {
  readonly receiver: Actor;
  readonly #context: Context;
  readonly #count: number;
  readonly #writeEnds: number[] = [];
  #sender: Actor | undefined;

  constructor(context: Context, count: number) {
    this.#context = context;
    this.#count = count;
    const fds = { begin: this.#gate(), stop: this.#gate() };
    this.receiver = context.start("receiver", { fds });
    for (const fd of Object.values(fds)) close(fd);
  }

  get sender(): Actor {
    this.#sender ??= this.#context.start("sender", {
      args: { receiver: this.receiver.pid, count: this.#count },
    });
    return this.#sender;
  }

  /** Wait until there is no room left, or the sender has given up. */
  async full(): Promise<void> {
    await this.receiver.said("ready");
    const { sender, receiver } = this;
    const isFull = () => {
      const { queued, queueLimit } = signalStatus(receiver.pid) ?? { queued: 0, queueLimit: 1 };
      return queued >= queueLimit;
    };
    await this.#context.until(() => isFull() || !sender.running, { what: "the queue to be full" });
  }

  begin(): void {
    check(write(this.#writeEnds[0] as number, Buffer.from("x")), { syscall: "write", doing: "open a gate" });
  }

  /** What came of sendAll(). */
  async answer(although: string): Promise<string> {
    if (this.receiver.running) await this.receiver.said("ready");
    const { sender } = this;
    const deadline = performance.now() + PATIENCE_MS;
    await this.#context.until(() => !sender.running || performance.now() > deadline, { what: "sendAll()" });
    this.#context.require(
      !sender.running,
      `sendAll() has not come back, although ${although} (${sender.whereabouts()})`,
    );
    return sender.result<string>();
  }

  async received(): Promise<Received> {
    for (const fd of this.#writeEnds.splice(0)) close(fd);
    return this.receiver.result<Received>();
  }

  [Symbol.dispose](): void {
    for (const fd of this.#writeEnds.splice(0)) close(fd);
  }

  /** A new pipe: the read end is returned, the write end kept. */
  #gate(): number {
    const ends = pipe2();
    if (typeof ends === "number") throw new Error(`pipe2 failed: ${ends}`);
    this.#writeEnds.push(ends[1]);
    return ends[0];
  }
}

function isOver(fd: number): boolean {
  const found = poll([{ fd, events: 0 }], 0);
  return typeof found !== "number" && ((found[0] ?? 0) & POLLHUP) !== 0;
}
