import type { Socket } from "socket.io-client";
import { failed } from "../failed.ts";
import type { BroadcastJob, BroadcastRun } from "../job.ts";
import { runsOf } from "../load/broadcast.ts";
import { nowNs } from "../load/clock.ts";
import { Course, type Until } from "../load/course.ts";
import { meter } from "../load/meter.ts";
import { NumberedLines } from "../load/numbered-lines.ts";
import { Slowest } from "../load/slowest.ts";
import { connectAll, connectOne } from "./clients.ts";

/** One sender and many receivers, and every text compared with the one that is due. */
export async function broadcast(job: BroadcastJob): Promise<BroadcastRun[]> {
  const { port, pid } = job.server;
  const receivers = await connectAll(port, job.receivers);
  const room = new Room(await connectOne(port, "s"), receivers, job);
  const results: BroadcastRun[] = [];
  for (const { window, until, counts } of runsOf(job)) {
    const usage = meter(pid);
    await room.run(window, until);
    if (counts) results.push(room.course.result(job.receivers, usage()));
  }
  return results;
}

class Room {
  readonly course: Course;
  readonly #job: BroadcastJob;
  readonly #ring: number;
  readonly #sender: Socket;
  readonly #slowest: Slowest;
  /** The texts that may be under way. */
  readonly #due: string[] = [];
  readonly #text: NumberedLines;
  #failure: Error | undefined;
  /** To be called when the run is over, or has failed. */
  #ended = () => {};

  constructor(sender: Socket, receivers: readonly Socket[], job: BroadcastJob) {
    this.#job = job;
    this.#ring = Math.max(...job.windows);
    this.#sender = sender;
    this.course = new Course(this.#ring);
    this.#slowest = new Slowest(receivers.length, this.#ring);
    this.#text = new NumberedLines("", job.size, 1);
    const lost = () => this.#fail("the server closed a connection");
    sender.on("disconnect", lost);
    for (const [who, receiver] of receivers.entries()) {
      receiver.on("disconnect", lost);
      receiver.on("message", (nick: string, text: string) => this.#received(who, nick, text));
    }
  }

  /** Send for so long, and wait until everything is everywhere. */
  async run(window: number, until: Until): Promise<void> {
    this.course.begin(window, until);
    this.#send(nowNs());
    let arrived = -1;
    const stalls = setInterval(() => {
      if (this.course.arrived === arrived) this.#fail(this.#slowest.describe());
      arrived = this.course.arrived;
    }, this.#job.stallMs);
    await new Promise<void>((resolve) => {
      this.#ended = resolve;
      if (this.#failure !== undefined) resolve();
    });
    clearInterval(stalls);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #fail(reason: string): void {
    this.#failure ??= failed(reason);
    this.#ended();
  }

  #received(who: number, nick: string, text: string): void {
    const due = this.#slowest.of(who);
    if (nick !== "s" || text !== this.#due[due % this.#ring]) {
      this.#fail(`receiver ${who + 1} got ${JSON.stringify(text.slice(0, 60))} where message ${due} was due`);
      return;
    }
    this.#slowest.advance(who, 1);
    if (this.#slowest.messages === this.course.arrived) return;
    const now = nowNs();
    this.course.arrive(this.#slowest.messages, now);
    this.#send(now);
    if (!this.course.isUnderWay) this.#ended();
  }

  #send(now: number): void {
    for (let room = this.course.room(now); room > 0; room--) {
      this.#text.number(0, this.course.sent);
      const text = this.#text.bytes.toString("latin1", 0, this.#job.size);
      this.#due[this.course.sent % this.#ring] = text;
      this.course.send(now);
      this.#sender.emit("say", text);
    }
  }
}
