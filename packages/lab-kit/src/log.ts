import { writeSync } from "node:fs";
import { IpcError, type IpcEvent } from "@ipc-playground/contract";
import { errnoSymbol } from "@ipc-playground/libc";

/** What a process may say of one thing it did. Who and when is filled in. */
export type Details = Pick<IpcEvent, "object" | "bytes" | "result" | "errno" | "flow" | "note">;

/**
 * A line in the channel from the processes to the director. A call is told twice, when it begins
 * and when it ends: a process that is killed in between has still told what it was doing.
 */
export type ChannelRecord = { pid: number; process: string } & (
  | ({ kind: "event" | "seen"; t: number; op: string } & Details)
  | { kind: "begin"; call: number; t: number; op: string; object?: string; note?: string }
  | ({ kind: "end"; call: number; dur: number } & Details)
  | { kind: "return"; value: unknown }
  | { kind: "throw"; code: string; message: string; stack: string }
);

/** CLOCK_MONOTONIC in nanoseconds: the same clock in all processes of this machine. */
export function now(): number {
  // Exact up to 2^53 ns, which is 104 days of uptime; off by 1 ns after that.
  return Number(process.hrtime.bigint());
}

/** Writes what a process does to the demo's event channel, synchronously. */
export class Log {
  readonly #fd: number;
  readonly #process: string;
  #calls = 0;

  constructor(fd: number, process: string) {
    this.#fd = fd;
    this.#process = process;
  }

  /** Something that took no time worth a span. */
  event(op: string, details: Details = {}): void {
    this.write({ kind: "event", t: now(), op, ...details });
  }

  /**
   * Do it, and log when it began, how long it took and what came of it: a number or an array is
   * that many bytes (a negative number an error, as libc returns it), a result with a `kind` is that result, an {@link IpcError} is its errno (and
   * is thrown on). A promise is followed to its end.
   *
   * @param tell Says more of what came of it than that: which message it was, its `flow`.
   */
  call<T>(
    op: string,
    object: string,
    action: () => T,
    note?: string,
    tell?: (value: Awaited<T>) => Details,
  ): T {
    const call = ++this.#calls;
    const t = now();
    this.write({ kind: "begin", call, t, op, object, ...(note !== undefined && { note }) });
    const end = (outcome: Details) => this.write({ kind: "end", call, dur: now() - t, ...outcome });
    const told = (value: unknown) => ({ ...outcomeOf(value), ...tell?.(value as Awaited<T>) });
    try {
      const result = action();
      if (result instanceof Promise) {
        return result.then(
          (value) => {
            end(told(value));
            return value;
          },
          (error) => {
            end(outcomeOfError(error));
            throw error;
          },
        ) as T;
      }
      end(told(result));
      return result;
    } catch (error) {
      end(outcomeOfError(error));
      throw error;
    }
  }

  /** Something that another process did at `t`, as it was seen from outside: a segment on the wire. */
  seen(event: Pick<IpcEvent, "t" | "pid" | "process" | "op"> & Details): void {
    this.write({ kind: "seen", ...event });
  }

  /** @internal */
  write(record: Record<string, unknown>): void {
    writeSync(this.#fd, `${JSON.stringify({ pid: process.pid, process: this.#process, ...record })}\n`);
  }
}

function outcomeOf(value: unknown): Details {
  if (typeof value === "number") return value < 0 ? { errno: errnoSymbol(-value) } : { bytes: value };
  if (typeof value === "string") return { result: value };
  if (value instanceof Uint8Array) return { bytes: value.length };
  if (typeof value !== "object" || value === null || !("kind" in value)) return {};
  if (value.kind === "would-block") return { errno: "EAGAIN" };
  if ("bytes" in value && typeof value.bytes === "number") return { bytes: value.bytes };
  return { result: String(value.kind) };
}

function outcomeOfError(error: unknown): Details {
  if (error instanceof IpcError) return error.errno ? { errno: error.errno } : { result: error.code };
  return { result: error instanceof Error ? error.message : String(error) };
}
