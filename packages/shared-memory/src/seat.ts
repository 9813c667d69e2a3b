import { IpcError } from "@ipc-playground/contract";
import { processStat } from "@ipc-playground/libc";
import type { SharedMemory } from "./memory.ts";

/** Bits of a pid: PID_MAX_LIMIT is 2^22. proc_sys_kernel(5). The start time has the rest, 139,000 years. */
const PID_BITS = 22n;
const PID_MASK = (1n << PID_BITS) - 1n;
const NOBODY = 0n;
const LEFT = -1n;

/**
 * - `nobody`: none has come yet.
 * - `here`: it lives.
 * - `left`: it closed its end.
 * - `dead`: it ended without closing.
 */
export type SeatState = "nobody" | "here" | "left" | "dead";

/**
 * A place in shared memory that one process at a time may have: 8 bytes with its pid and start time.
 * The pid alone would do until the kernel gives it to somebody else. All must be in one PID namespace.
 */
export class Seat {
  readonly #word: BigInt64Array;
  readonly #role: string;
  readonly #of: string;

  constructor(memory: SharedMemory, byteOffset: number, role: string) {
    this.#word = memory.view(BigInt64Array, byteOffset, 1);
    this.#role = role;
    this.#of = memory.name;
  }

  /** @throws {IpcError} BAD_ARGUMENT: another has it and lives. */
  take(): void {
    for (;;) {
      const found = Atomics.load(this.#word, 0);
      if (stateOf(found) === "here") {
        throw new IpcError(
          "BAD_ARGUMENT",
          `${this.#of} has its ${this.#role} already: process ${pidOf(found)}`,
          "close that one first; there can only be one",
        );
      }
      if (Atomics.compareExchange(this.#word, 0, found, me()) === found) return;
    }
  }

  leave(): void {
    if (this.#word.length > 0) Atomics.store(this.#word, 0, LEFT);
  }

  state(): SeatState {
    return stateOf(Atomics.load(this.#word, 0));
  }

  died(): IpcError {
    const pid = pidOf(Atomics.load(this.#word, 0));
    return new IpcError(
      "PEER_DIED",
      `the ${this.#role} of ${this.#of}, process ${pid}, ended without closing it`,
      `start another ${this.#role}: it goes on where that one was last seen`,
    );
  }

  closed(): IpcError {
    return new IpcError(
      "PEER_DIED",
      `the ${this.#role} of ${this.#of} has closed its end`,
      `start another ${this.#role}, or stop`,
    );
  }
}

function pidOf(occupant: bigint): number {
  return Number(occupant & PID_MASK);
}

function identity(pid: number, startTime: number): bigint {
  return (BigInt(startTime) << PID_BITS) | BigInt(pid);
}

function me(): bigint {
  return identity(process.pid, processStat(process.pid)?.startTime ?? 0);
}

function stateOf(occupant: bigint): SeatState {
  if (occupant === NOBODY) return "nobody";
  if (occupant === LEFT) return "left";
  const pid = pidOf(occupant);
  const stat = processStat(pid);
  // A zombie is dead: only its parent has not asked yet.
  const lives = stat !== null && stat.state !== "Z" && stat.state !== "X";
  return lives && identity(pid, stat.startTime) === occupant ? "here" : "dead";
}
