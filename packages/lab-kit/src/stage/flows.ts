import type { IpcEvent } from "@ipc-playground/contract";

interface Span {
  from: number;
  to: number;
  event: IpcEvent;
}

/**
 * Find out which `write` fed which `read`. In a byte stream the n-th byte in is the n-th byte
 * out, so it is enough to count: a write of bytes 10 to 20 led to every read that took one of them.
 * Holds where the log has every write and every read of the object. Fills in `flow`; pure otherwise.
 */
export function linkByteStreams(events: readonly IpcEvent[]): void {
  const objects = new Set(events.flatMap((event) => event.object ?? []));
  for (const object of objects) {
    const all = events.filter((event) => event.object === object && event.flow === undefined);
    const writes = spans(all.filter((event) => event.op === "write"));
    const reads = spans(all.filter((event) => event.op === "read").sort((a, b) => endOf(a) - endOf(b)));
    for (const [i, write] of writes.entries()) {
      const id = `${object}#${i + 1}`;
      for (const read of reads) {
        if (read.from >= write.to || write.from >= read.to) continue;
        write.event.flow = [id];
        read.event.flow = [...(read.event.flow ?? []), id];
      }
    }
  }
}

function spans(events: readonly IpcEvent[]): Span[] {
  let offset = 0;
  return events.flatMap((event) => {
    // A write that never returned put in an unknown number of bytes, and nothing came after it.
    const bytes = event.result === "never returned" && event.op === "write" ? Infinity : (event.bytes ?? 0);
    if (bytes === 0) return [];
    const span = { from: offset, to: offset + bytes, event };
    offset += bytes;
    return [span];
  });
}

function endOf(event: IpcEvent): number {
  return event.t + (event.dur ?? 0);
}
