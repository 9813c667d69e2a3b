import { failed } from "../failed.ts";
import type { BroadcastJob, BroadcastRun } from "../job.ts";
import { nowNs } from "./clock.ts";
import { Course, type Until } from "./course.ts";
import { Crowd } from "./crowd.ts";
import { Deliveries } from "./deliveries.ts";
import { enterAll } from "./enter.ts";
import { meter } from "./meter.ts";
import { NumberedLines } from "./numbered-lines.ts";
import { Slowest } from "./slowest.ts";

const PREFIX = "<s> ";
const ENTERED = "* Welcome";

/** Connect one sender and many receivers, and measure each window. */
export function broadcast(job: BroadcastJob): BroadcastRun[] {
  using crowd = new Crowd(job.server.port, job.stallMs);
  const room = new Room(crowd, job);
  room.enter();
  const run = (window: number, until: Until) => {
    const usage = meter(job.server.pid);
    room.run(window, until);
    return room.course.result(job.receivers, usage());
  };
  const steps = runsOf(job);
  return steps.flatMap(({ window, until, counts }) => {
    const result = run(window, until);
    return counts ? [result] : [];
  });
}

/** A run begins with so many milliseconds that do not count. */
const SETTLE_MS = 30;

/** What is done with each window, in order. */
export function runsOf(job: BroadcastJob): { window: number; until: Until; counts: boolean }[] {
  const { windows, messages } = job;
  const step = (window: number, ms: number, counts = false) => ({
    window,
    until: messages === undefined ? { ms } : { messages },
    counts,
  });
  return [
    ...windows.map((window) => step(window, job.warmMs)),
    ...windows.flatMap((window) => [step(window, SETTLE_MS), step(window, job.timedMs, true)]),
    // A last message that came twice would be seen in the place of this one.
    { window: 1, until: { messages: 1 }, counts: false },
  ];
}

/** One sender, who comes last, and receivers: on raw epoll. */
class Room {
  readonly course: Course;
  readonly #crowd: Crowd;
  readonly #sender: number;
  readonly #slowest: Slowest;
  readonly #deliveries: Deliveries;
  /** What everybody must get; and what is sent, a batch from its beginning. */
  readonly #due: NumberedLines;
  readonly #batch: NumberedLines;
  #unsent: Uint8Array = new Uint8Array(0);
  #heardBySender = "";

  constructor(crowd: Crowd, { receivers, size, windows, relayed }: BroadcastJob) {
    const most = Math.max(...windows);
    this.#crowd = crowd;
    this.#sender = receivers;
    this.course = new Course(most);
    this.#slowest = new Slowest(receivers, most);
    this.#due = new NumberedLines(PREFIX, size, most);
    this.#batch = new NumberedLines(relayed ? PREFIX : "", size, most);
    this.#deliveries = new Deliveries(this.#slowest, this.#due);
  }

  enter(): void {
    const receivers = Array.from({ length: this.#sender }, (_, i) => `r${i}`);
    this.#crowd.on = {
      entered: (who, midLine) => {
        if (midLine && who !== this.#sender) this.#deliveries.beginInNotice(who);
      },
      received: (who, count) => this.#received(who, count),
      writable: () => {
        this.#flush();
        this.#send(nowNs());
      },
      missing: () => (this.course.isUnderWay ? this.#slowest.describe() : undefined),
    };
    enterAll(
      this.#crowd,
      [...receivers, "s"].map((nick) => ({ says: `${nick}\n`, answer: ENTERED })),
    );
  }

  /** Send for so long, and wait until everything is everywhere. */
  run(window: number, until: Until): void {
    this.course.begin(window, until);
    this.#send(nowNs());
    while (this.course.isUnderWay) this.#crowd.turn();
  }

  #received(who: number, count: number): void {
    if (who === this.#sender) {
      this.#heard(count);
      return;
    }
    this.#deliveries.take(who, this.#crowd.chunk, count);
    if (this.#slowest.messages === this.course.arrived) return;
    const now = nowNs();
    this.course.arrive(this.#slowest.messages, now);
    this.#send(now);
  }

  /** As many as the window has room for, in one write. */
  #send(now: number): void {
    if (this.#unsent.length > 0) return;
    const room = this.course.room(now);
    if (room <= 0) return;
    const { lineBytes, bytes } = this.#due;
    for (let i = 0; i < room; i++) {
      this.#batch.number(i, this.course.sent);
      this.#due.number(this.course.sent % (bytes.length / lineBytes), this.course.sent);
      this.course.send(now);
    }
    this.#unsent = this.#batch.bytes.subarray(0, room * this.#batch.lineBytes);
    this.#flush();
  }

  #flush(): void {
    this.#unsent = this.#unsent.subarray(this.#crowd.send(this.#sender, this.#unsent));
  }

  /** The sender gets no message back, and no refusal. */
  #heard(count: number): void {
    const lines = (this.#heardBySender + this.#crowd.chunk.toString("latin1", 0, count)).split("\n");
    this.#heardBySender = lines.pop() as string;
    const strange = lines.find((line) => !line.startsWith("*"));
    if (strange !== undefined) throw failed(`the sender got ${JSON.stringify(strange.slice(0, 120))}`);
  }
}
