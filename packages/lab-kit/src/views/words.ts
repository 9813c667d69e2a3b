import type { IpcEvent } from "@ipc-playground/contract";

/** Nanoseconds as a person reads them: `12 µs`, `3.40 ms`, `1.2000 s`. */
export function duration(ns: number): string {
  if (ns < 999_500) return `${Math.round(ns / 1_000)} µs`;
  if (ns < 999_995_000) return `${(ns / 1e6).toFixed(2)} ms`;
  return `${(ns / 1e9).toFixed(4)} s`;
}

const grouped = new Intl.NumberFormat("en-US");

/** A count with its thousands marked: `65,536`. */
export function count(n: number): string {
  return grouped.format(n);
}

/** What came of it: `5 B`, `EAGAIN`, `end-of-file`. Empty where there is nothing to say. */
export function outcome(event: IpcEvent): string {
  if (event.errno !== undefined) return event.errno;
  if (event.result !== undefined) return event.result;
  if (event.bytes !== undefined) return `${count(event.bytes)} B`;
  return "";
}

/**
 * Names for objects that are short enough for a column: `pipe:[8241]` becomes `pipe A` where the
 * log has several pipes, and nothing at all where it is the only object.
 */
export function shortNames(events: readonly IpcEvent[]): Map<string, string> {
  const objects = [...new Set(events.flatMap((event) => event.object ?? []))];
  const kinds = new Map<string, string[]>();
  for (const object of objects) {
    const kind = /^(\w+):\[\d+\]$/.exec(object)?.[1] ?? "";
    kinds.set(kind, [...(kinds.get(kind) ?? []), object]);
  }
  return new Map(
    objects.map((object) => {
      const kind = /^(\w+):\[\d+\]$/.exec(object)?.[1];
      if (kind === undefined) return [object, object];
      const siblings = kinds.get(kind) as string[];
      if (siblings.length === 1) return [object, kind];
      return [object, `${kind} ${letters(siblings.indexOf(object))}`];
    }),
  );
}

/** A, B, … Z, AA, AB, … */
function letters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}
