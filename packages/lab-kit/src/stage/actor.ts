import type { Readable } from "node:stream";
import { IpcError } from "@ipc-playground/contract";
import { blockedCall, descriptorTarget, processStat } from "@ipc-playground/libc";
import type { ChannelRecord } from "../log.ts";
import type { Waiting } from "./waiting.ts";

export interface Exit {
  /** The exit status, or `null` if a signal ended it. */
  code: number | null;
  /** The signal that ended it: `"SIGKILL"`. Both `null`: it is not our child, and we are not told. */
  signal: NodeJS.Signals | null;
}

/** What an actor needs of a process: a ChildProcess has it. */
export interface Child {
  readonly pid?: number | undefined;
  readonly stderr: Readable | null;
  once(event: "exit", listener: (code: number | null, signal: NodeJS.Signals | null) => void): unknown;
  kill(signal: NodeJS.Signals): boolean;
}

export interface Within {
  /** Deadline in milliseconds. */
  withinMs?: number;
}

interface ActorOptions {
  waiting: Waiting;
  records: () => readonly ChannelRecord[];
  onExit: (exit: Exit) => void;
  mustSucceed: boolean;
}

/** A running process of a demo, as its director sees it. Waits have deadlines; a missed one names the culprit. */
export class Actor {
  readonly name: string;
  readonly pid: number;
  /** Whether any other end than status 0 is a failure of the demo. Not so for external programs. */
  readonly mustSucceed: boolean;
  readonly #child: Child;
  readonly #waiting: Waiting;
  readonly #records: () => readonly ChannelRecord[];
  #exit: Exit | undefined;
  #killedByDirector = false;
  #stderr = "";

  /** @internal A stage makes these. */
  constructor(name: string, child: Child, options: ActorOptions) {
    this.name = name;
    this.mustSucceed = options.mustSucceed;
    this.#child = child;
    this.pid = child.pid as number;
    this.#waiting = options.waiting;
    this.#records = options.records;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-4_000);
    });
    child.once("exit", (code, signal) => {
      this.#exit = { code, signal };
      options.onExit(this.#exit);
    });
  }

  get running(): boolean {
    return this.#exit === undefined;
  }

  /** How it ended, or `undefined` while it runs. */
  get exit(): Exit | undefined {
    return this.#exit;
  }

  get killedByDirector(): boolean {
    return this.#killedByDirector;
  }

  kill(signal: NodeJS.Signals): void {
    this.#killedByDirector = true;
    this.#child.kill(signal);
  }

  /**
   * Wait until it has ended, however it ended.
   *
   * @throws {IpcError} DEADLINE_PASSED, naming the system call it is stuck in.
   */
  async exited(within: Within = {}): Promise<Exit> {
    return this.#waiting.until(() => this.#exit, {
      what: () => `${this.name} to exit (${this.whereabouts()})`,
      ...within,
    });
  }

  /**
   * Wait until it has ended well, and return what its body returned.
   *
   * @throws {IpcError} PROCESS_FAILED: it threw, or a signal ended it.
   * @throws {IpcError} DEADLINE_PASSED
   */
  async result<T = unknown>(within: Within = {}): Promise<T> {
    await this.exited(within);
    const last = this.#own().at(-1);
    if (last?.kind === "return") return last.value as T;
    throw this.failure();
  }

  /**
   * Wait until the kernel has put it to sleep inside a system call that it logged (`op`: which one).
   *
   * @throws {IpcError} PROCESS_FAILED: it ended instead.
   * @throws {IpcError} DEADLINE_PASSED
   */
  async asleep(options: { in?: string } & Within = {}): Promise<void> {
    const { in: op, ...within } = options;
    await this.#waiting.until(() => this.#sleepsIn(op), {
      what: () => `${this.name} to sleep in ${op ?? "a system call"} (${this.whereabouts()})`,
      ...within,
      orElse: () => (this.running ? undefined : this.failure()),
    });
  }

  /**
   * Wait until it has logged this operation.
   *
   * @throws {IpcError} PROCESS_FAILED: it ended instead.
   * @throws {IpcError} DEADLINE_PASSED
   */
  async said(op: string, within: Within = {}): Promise<void> {
    await this.#waiting.until(() => this.#own().some((record) => "op" in record && record.op === op), {
      what: () => `${this.name} to say "${op}" (${this.whereabouts()})`,
      ...within,
      orElse: () => (this.running ? undefined : this.failure()),
    });
  }

  /** Where it is right now, in words: `asleep in read on pipe:[1234]`. */
  whereabouts(): string {
    if (this.#exit !== undefined) return describeExit(this.#exit);
    const stat = processStat(this.pid);
    if (stat === null) return "gone";
    const call = blockedCall(this.pid);
    if (call === null) return `state ${stat.state}`;
    const target = descriptorTarget(this.pid, call.firstArgument);
    return `${stat.state === "S" ? "asleep" : `state ${stat.state}`} in ${call.syscall}${target === null ? "" : ` on ${target}`}`;
  }

  /** What went wrong with it, from what it said or how it ended. */
  failure(): IpcError {
    const thrown = this.#own().find((record) => record.kind === "throw");
    if (thrown?.kind === "throw") {
      return new IpcError(
        "PROCESS_FAILED",
        `${this.name} (pid ${this.pid}) failed: ${thrown.message}`,
        "run the demo again; the lines above show what it did before",
        { cause: thrown.stack },
      );
    }
    const exit = this.#exit;
    const said = this.#stderr.trim();
    return new IpcError(
      "PROCESS_FAILED",
      `${this.name} (pid ${this.pid}) ${exit ? describeExit(exit) : "is still running"} before its work was done${said ? `: ${said.split("\n").at(-1)}` : ""}`,
      exit?.signal === "SIGKILL"
        ? "somebody killed it, or memory ran out: run the demo again"
        : "run the demo again; the lines above show what it did before",
      { cause: said || undefined },
    );
  }

  /** What it said itself: others may have told of it, too. */
  #own(): ChannelRecord[] {
    return this.#records().filter(
      (record) => record.pid === this.pid && record.process === this.name && record.kind !== "seen",
    );
  }

  #sleepsIn(op: string | undefined): boolean {
    const last = this.#own().at(-1);
    if (last?.kind !== "begin") return false;
    // "semop -1" is a semop, too.
    const name = last.op.split(" ", 1)[0] as string;
    if (op !== undefined && op !== last.op && op !== name) return false;
    if (processStat(this.pid)?.state !== "S") return false;
    // Between the log line and the call itself it may sleep for a moment on something else.
    const call = blockedCall(this.pid);
    const expected = SYSCALL_OF_OPERATION[name];
    return call === null || expected === undefined || call.syscall === expected;
  }
}

/** The system call of an operation, where the name under which it is logged tells. */
const SYSCALL_OF_OPERATION: Readonly<Record<string, string>> = {
  read: "read",
  write: "write",
  open: "openat",
  poll: "poll",
  epoll_wait: process.arch === "x64" ? "epoll_wait" : "epoll_pwait",
  accept: "accept4",
  connect: "connect",
  send: "sendto",
  recv: "recvfrom",
  msgrcv: "msgrcv",
  msgsnd: "msgsnd",
  // The C library makes both forms of each with the one call that takes a deadline.
  mq_receive: "mq_timedreceive",
  mq_timedreceive: "mq_timedreceive",
  mq_send: "mq_timedsend",
  mq_timedsend: "mq_timedsend",
  semop: "semtimedop",
  semtimedop: "semtimedop",
  // These sleep in a futex(2) once their fast path has failed.
  sem_wait: "futex",
  sem_timedwait: "futex",
  futex: "futex",
};

export function describeExit({ code, signal }: Exit): string {
  if (code === null && signal === null) return "has ended";
  return signal === null ? `exited with status ${code}` : `was ended by ${signal}`;
}
