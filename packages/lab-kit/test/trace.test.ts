import { type TraceEvent, trace } from "@ipc-playground/lab-kit/views";
import { expect, test } from "vitest";
import { CONVERSATION } from "./log.ts";

// The rules are those of Google's "Trace Event Format" document, as far as these phases go.
const { traceEvents } = JSON.parse(JSON.stringify(trace(CONVERSATION))) as { traceEvents: TraceEvent[] };
const of = (phase: string) => traceEvents.filter((event) => event.ph === phase);

test("every entry has a name, a phase, a numeric time in microseconds, a pid and a tid", () => {
  for (const event of traceEvents) {
    expect(typeof event.name).toBe("string");
    for (const field of ["ts", "pid", "tid"] as const) expect(Number.isFinite(event[field])).toBe(true);
  }
});

test("each process has its name as metadata", () => {
  expect(
    of("M")
      .filter((event) => event.name === "process_name")
      .map((event) => [event.pid, event.args?.name]),
  ).toEqual([
    [11, "reader"],
    [12, "writer"],
    [10, "director"],
  ]);
});

test("a call is a complete slice with its duration", () => {
  const read = of("X").find((event) => event.name === "read 5 B");
  expect(read).toMatchObject({ ts: 1_001_000, dur: 4_000, pid: 11 });
});

test("a flow is an s and an f with one numeric id of their own, each inside a slice of its track", () => {
  const starts = of("s");
  const ends = of("f");
  expect(starts.length).toBe(1);
  expect(ends.map((event) => event.id)).toEqual(starts.map((event) => event.id));
  for (const event of [...starts, ...ends]) {
    expect(Number.isInteger(event.id)).toBe(true);
    const inside = of("X").some(
      (slice) => slice.pid === event.pid && slice.ts <= event.ts && event.ts < slice.ts + (slice.dur ?? 0),
    );
    expect(inside).toBe(true);
  }
  expect(ends.every((event) => event.bp === "e")).toBe(true);
  expect(starts[0]?.ts).toBeLessThanOrEqual(ends[0]?.ts as number);
});

test("a read that took two writes has two arrows with different ids", () => {
  const two = trace([
    { t: 1, pid: 1, process: "w", op: "write", flow: ["a"] },
    { t: 2, pid: 1, process: "w", op: "write", flow: ["b"] },
    { t: 3, pid: 2, process: "r", op: "read", flow: ["a", "b"] },
  ]).traceEvents;
  expect(two.filter((event) => event.ph === "s").map((event) => event.id)).toEqual([1, 2]);
});
