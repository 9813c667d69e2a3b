import { openDescriptors } from "@ipc-playground/libc";
import { PER_TURN, throwLater } from "./event-loop-queue.ts";
import type { PosixMqInstance } from "./native.ts";
import type { PosixMessage } from "./posix-queue.ts";

interface Options {
  queueName: string;
  open: () => PosixMqInstance;
  take: (instance: PosixMqInstance) => PosixMessage | undefined;
  onMessage: (message: PosixMessage) => void;
}

/** Turns of the event loop in which nothing is found and nothing is announced, after which an instance is given up. */
const SILENT_TURNS = 4;
/** How often an instance that has not announced a message yet is doubted, in milliseconds. */
const DOUBT_EVERY_MS = 50;
/** Between two looks, in milliseconds, where an instance should be replaced and its queue has lost its name. */
const NAMELESS_PAUSE_MS = 5;

/**
 * Messages as they come, from a package whose announcements cannot be trusted.
 *
 * An instance of posix-mq waits for one of two things at a time: for a message, which it announces as
 * "messages", and then for room, announced as "drain", and then for a message again. In that rhythm it
 * is sound, with one gap: while it waits for room it sees no message, and when others fill the queue in
 * that moment there is no room, and it sleeps for ever beside a full queue. And depending on what was in
 * the queue when it was opened, and what came before its first turn, it falls out of the rhythm: deaf
 * for ever, or spinning.
 *
 * So, from the announcements themselves:
 * - while it waits for room, the event loop is not allowed to sleep: each turn takes what is there;
 * - an instance that breaks the rhythm is replaced, as soon as the queue is empty for a moment, since
 *   an instance that is opened on an empty queue and stays empty for a turn gets into it;
 * - until an instance has announced its first message it is doubted, and looked after with a slow timer.
 */
export class PosixMqListener {
  readonly #options: Options;
  #instance: PosixMqInstance;
  /** "listening": asleep until a message. "turning": not allowed to sleep. "out of step": to be replaced. */
  #state: "opening" | "turning" | "listening" | "out of step" = "opening";
  #stopped = false;
  #yielded = false;
  #turn = 0;
  #announcedAt = 0;
  #silentTurns = 0;
  #cancelNext: (() => void) | undefined;
  #doubt: NodeJS.Timeout | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#instance = this.#open();
  }

  /** The open instance, for whoever sends through the same queue. */
  get instance(): PosixMqInstance {
    return this.#instance;
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#cancelNext?.();
    clearInterval(this.#doubt);
    dismiss(this.#instance);
  }

  yield(): void {
    this.#yielded = true;
  }

  #open(): PosixMqInstance {
    const instance = this.#options.open();
    hold(instance);
    const current = () => !this.#stopped && this.#instance === instance;
    instance.on("messages", () => current() && this.#messages());
    instance.on("drain", () => current() && this.#drain());
    this.#state = "opening";
    this.#silentTurns = 0;
    this.#turnAgain();
    return instance;
  }

  /** A message is there; the instance waits for room now. */
  #messages(): void {
    this.#stopDoubting();
    if (this.#state !== "out of step") this.#state = "turning";
    this.#announcedAt = this.#turn;
    this.#silentTurns = 0;
    this.#turnAgain();
    this.#takeAll();
  }

  /** There is room; the instance waits for a message now, if all is well. */
  #drain(): void {
    const state = this.#state;
    const sameTurn = this.#announcedAt === this.#turn;
    const found = this.#takeAll();
    if (this.#stopped) return;
    // Not in step: both in one turn, and it waits for nothing any more; room twice without a message
    // between, and it was not told of one; messages found at its first word, which it may take for known.
    if (state === "turning" && !sameTurn) this.#rest();
    else if (state === "opening" && found === 0) {
      this.#rest();
      this.#doubt = setInterval(() => this.#takeAll() > 0 && this.#outOfStep(), DOUBT_EVERY_MS).unref();
    } else this.#outOfStep();
  }

  #rest(): void {
    this.#state = "listening";
    this.#cancelNext?.();
    this.#cancelNext = undefined;
  }

  #outOfStep(): void {
    if (this.#stopped) return;
    this.#stopDoubting();
    this.#state = "out of step";
    this.#silentTurns = 0;
    this.#turnAgain();
  }

  #turnAgain(): void {
    if (this.#cancelNext !== undefined || this.#stopped) return;
    const turn = setImmediate(() => this.#turned());
    this.#cancelNext = () => clearImmediate(turn);
  }

  #turned(): void {
    this.#cancelNext = undefined;
    this.#turn++;
    const found = this.#takeAll();
    if (this.#stopped) return;
    this.#silentTurns = found > 0 ? 0 : this.#silentTurns + 1;
    const replace = this.#silentTurns > (this.#state === "out of step" ? 0 : SILENT_TURNS);
    if (!replace) this.#turnAgain();
    else if (hasName(this.#options.queueName)) this.#replace();
    else this.#lookLater();
  }

  #replace(): void {
    const old = this.#instance;
    this.#instance = this.#open();
    dismiss(old);
  }

  /** Without a name there is no way to another instance of this queue, and under its name may be another queue. */
  #lookLater(): void {
    const timer = setTimeout(() => this.#turned(), NAMELESS_PAUSE_MS);
    this.#cancelNext = () => clearTimeout(timer);
  }

  #stopDoubting(): void {
    clearInterval(this.#doubt);
    this.#doubt = undefined;
  }

  #takeAll(): number {
    let taken = 0;
    this.#yielded = false;
    while (taken < PER_TURN && !this.#yielded && !this.#stopped) {
      const message = this.#options.take(this.#instance);
      if (message === undefined) break;
      taken++;
      try {
        this.#options.onMessage(message);
      } catch (error) {
        throwLater(error);
      }
    }
    return taken;
  }
}

/** Whether the queue that this process has open under that name still has it. */
function hasName(queueName: string): boolean {
  const open = openDescriptors(process.pid) ?? [];
  return !open.some(({ target }) => target === `${queueName} (deleted)`);
}

/** Collecting an open instance is a use after free, and so is collecting it before libuv has closed its handle. */
const held = new Set<PosixMqInstance>();

export function hold(instance: PosixMqInstance): void {
  held.add(instance);
}

export function dismiss(instance: PosixMqInstance): void {
  instance.close();
  // Handles are closed after the immediates of a turn: the next turn's immediates are late enough.
  setImmediate(() => setImmediate(() => held.delete(instance)));
}
