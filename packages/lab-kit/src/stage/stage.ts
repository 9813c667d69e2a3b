import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { IpcError, type IpcEvent } from "@ipc-playground/contract";
import type { ObjectKind } from "../ledger.ts";
import { Log, now } from "../log.ts";
import { ownObject, removeRunObjects, scratchDirectory } from "../run-directory.ts";
import { Actor, type Child, type Exit } from "./actor.ts";
import { Channel } from "./channel.ts";
import { collectEvents } from "./collect.ts";
import { linkByteStreams } from "./flows.ts";
import { Leash } from "./leash.ts";
import { UnrelatedProcess } from "./unrelated.ts";
import { type UntilOptions, Waiting } from "./waiting.ts";

/** A descriptor, or something that has one: an end of a pipe, a queue. */
export type Descriptor = number | { readonly fd: number };

export interface StartOptions {
  /** Descriptors to hand over, by the name under which the process asks for them. */
  fds?: Record<string, Descriptor>;
  /** Values to pass, by name. */
  args?: Record<string, string | number>;
  /** Name in the log, where one body runs several times: `"writer 2"`. */
  as?: string;
  /**
   * Start it as another terminal would: in a session of its own, by a shell that is gone at once,
   * so that its parent is init. It ends with the director all the same.
   */
  unrelated?: true;
  /** It is meant to die: however it ends, the scenario goes on. */
  doomed?: true;
}

export interface ProgramOptions {
  stdin?: Descriptor;
  stdout?: Descriptor;
  /** Name in the log. Default: the program's. */
  as?: string;
}

/** Where the processes of one scenario play: it starts them, hears them, and ends them. */
export interface Stage<P extends string> {
  /** The director's own entries in the log. */
  readonly log: Log;
  /** A directory for files of this scenario. It is removed afterwards, however that comes about. */
  scratch(): string;
  /**
   * A name for a kernel object that outlives its processes: a POSIX name, or a System V key as text
   * (`Number(key)`). The object is removed when the scenario ends, or by a later run if this one is killed.
   */
  own(kind: ObjectKind): string;
  /** Start one of the scenario's processes: a Node process of its own, with these descriptors only. */
  start(process: P, options?: StartOptions): Actor;
  /** Start another program. */
  program(command: string, args: readonly string[], options?: ProgramOptions): Actor;
  /** Wait for a fact, at most `withinMs` (10 s if not said). See {@link Waiting.until}. */
  until<T>(fact: () => T | undefined | null | false, options: UntilOptions): Promise<T>;
  /** Tell the learner what comes next. */
  step(sentence: string): void;
}

/** The name that the director's entries have in the log. */
export const DIRECTOR = "director";

/** The descriptor on which a process finds the event channel; those handed over follow it. */
export const CHANNEL_FD = 3;

/** What a process is told on its command line. */
export interface Casting {
  module: string;
  process: string;
  name: string;
  fds: Record<string, number>;
  args: Record<string, string | number>;
  directorPid: number;
  /** For one that is not the director's child: see {@link Leash}. */
  leash?: string;
}

const PROCESS_MAIN = fileURLToPath(new URL("./process-main.js", import.meta.url));

export class LiveStage<P extends string> implements Stage<P>, AsyncDisposable {
  readonly log: Log;
  readonly #module: URL;
  readonly #channel = new Channel();
  readonly #actors: Actor[] = [];
  readonly #lives: IpcEvent[] = [];
  readonly #waiting = new Waiting(() => this.#channel.drain());
  #leash: Leash | undefined;

  /** @param module The compiled module whose default export has the `processes`. */
  constructor(module: URL) {
    this.#module = module;
    this.log = new Log(this.#channel.fd, DIRECTOR);
  }

  /** What a director works with: the stage's own functions, free to be taken apart (`{ start, until }`). */
  controls(): Stage<P> {
    return {
      log: this.log,
      scratch: () => this.scratch(),
      own: (kind) => this.own(kind),
      start: (process, options) => this.start(process, options),
      program: (command, args, options) => this.program(command, args, options),
      until: (fact, options) => this.until(fact, options),
      step: (sentence) => this.step(sentence),
    };
  }

  get actors(): readonly Actor[] {
    return this.#actors;
  }

  /** Everything that was logged so far, in order of time, with its flows. */
  events(): IpcEvent[] {
    this.#channel.drain();
    const events = [...collectEvents(this.#channel.records), ...this.#lives].sort((a, b) => a.t - b.t);
    linkByteStreams(events);
    return events;
  }

  scratch(): string {
    return scratchDirectory();
  }

  own(kind: ObjectKind): string {
    return ownObject(kind);
  }

  start(process: P, options: StartOptions = {}): Actor {
    const handed = Object.entries(options.fds ?? {});
    const casting: Casting = {
      module: this.#module.href,
      process,
      name: options.as ?? process,
      fds: Object.fromEntries(handed.map(([name], i) => [name, CHANNEL_FD + 1 + i])),
      args: options.args ?? {},
      directorPid: globalThis.process.pid,
    };
    const node = globalThis.process.execPath;
    const descriptors = [this.#channel.fd, ...handed.map(([, end]) => numberOf(end))];
    if (options.unrelated) {
      this.#leash ??= new Leash(this.scratch());
      const args = [PROCESS_MAIN, JSON.stringify({ ...casting, leash: this.#leash.path })];
      return this.#adopt(casting.name, new UnrelatedProcess(node, args, descriptors), false);
    }
    const child = spawn(node, [PROCESS_MAIN, JSON.stringify(casting)], {
      stdio: ["ignore", "ignore", "pipe", ...descriptors],
    });
    return this.#adopt(casting.name, child, !options.doomed);
  }

  program(command: string, args: readonly string[], options: ProgramOptions = {}): Actor {
    const child = spawn(command, args, {
      stdio: [
        options.stdin === undefined ? "ignore" : numberOf(options.stdin),
        options.stdout === undefined ? "ignore" : numberOf(options.stdout),
        "pipe",
      ],
    });
    if (child.pid === undefined) {
      child.once("error", () => {});
      throw new IpcError("PROGRAM_NOT_FOUND", `cannot start ${command}`, `install it, or put it on the PATH`);
    }
    return this.#adopt(options.as ?? command, child, false, [command, ...args].join(" "));
  }

  until<T>(fact: () => T | undefined | null | false, options: UntilOptions): Promise<T> {
    // A process that failed will not bring the fact about: say so now, and not when time is up.
    return this.#waiting.until(fact, { orElse: () => this.#casualty()?.failure(), ...options });
  }

  #casualty(): Actor | undefined {
    return this.#actors.find(
      ({ mustSucceed, killedByDirector, exit }) =>
        mustSucceed && !killedByDirector && exit !== undefined && exit.code !== 0,
    );
  }

  step(sentence: string): void {
    this.log.event("step", { note: sentence });
  }

  /** Give up every wait, and kill every process at once. */
  abort(reason: Error): void {
    this.#waiting.stop(reason);
    for (const actor of this.#actors) if (actor.running) actor.kill("SIGKILL");
  }

  /** End what still runs, and wait until it has ended: the log then has every exit. */
  async end(): Promise<void> {
    this.abort(new IpcError("BAD_DEMO", "the scenario is over", "await every wait of a demo"));
    const gone = new Waiting(() => {});
    await gone.until(() => this.#actors.every((actor) => !actor.running), {
      what: "killed processes to be gone",
    });
    this.#leash?.[Symbol.dispose]();
    this.#leash = undefined;
    removeRunObjects();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
    this.#channel[Symbol.dispose]();
  }

  #adopt(name: string, child: Child, mustSucceed: boolean, commandLine?: string): Actor {
    const began = now();
    const actor = new Actor(name, child, {
      waiting: this.#waiting,
      records: () => this.#channel.records,
      onExit: (exit) => this.#exited(actor, exit),
      mustSucceed,
    });
    this.#actors.push(actor);
    this.#lives.push({
      t: began,
      pid: actor.pid,
      process: name,
      op: "start",
      ...(commandLine && { result: commandLine }),
    });
    return actor;
  }

  #exited(actor: Actor, { code, signal }: Exit): void {
    const who = { t: now(), pid: actor.pid, process: actor.name };
    if (code === null && signal === null) this.#lives.push({ ...who, op: "exit" });
    else if (signal === null) this.#lives.push({ ...who, op: "exit", result: `status ${code}` });
    else this.#lives.push({ ...who, op: "ended", result: `by ${signal}` });
  }
}

function numberOf(descriptor: Descriptor): number {
  return typeof descriptor === "number" ? descriptor : descriptor.fd;
}
