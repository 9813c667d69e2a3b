import type { IpcEvent } from "@ipc-playground/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { collectEvents } from "../src/stage/collect.ts";
import { linkByteStreams } from "../src/stage/flows.ts";

const who = { pid: 1, process: "p" };

test("a call is its two records put together", () => {
  expect(
    collectEvents([
      { ...who, kind: "begin", call: 1, t: 10, op: "read", object: "o" },
      { ...who, kind: "event", t: 12, op: "note" },
      { ...who, kind: "end", call: 1, dur: 5, bytes: 3 },
    ]),
  ).toEqual([
    { ...who, t: 10, op: "read", object: "o", dur: 5, bytes: 3 },
    { ...who, t: 12, op: "note" },
  ]);
});

test("a call without its second record never returned", () => {
  expect(collectEvents([{ ...who, kind: "begin", call: 1, t: 10, op: "read" }])).toEqual([
    { ...who, t: 10, op: "read", result: "never returned" },
  ]);
});

test("every read shares a flow with exactly the writes whose bytes it took", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(sizes, sizes, (writes, reads) => {
      const total = (list: number[]) => list.reduce((sum, n) => sum + n, 0);
      // Read what is left in one go, so that all bytes are taken.
      const rest = total(writes) - total(reads);
      const taken = rest > 0 ? [...reads, rest] : reads;
      const events: IpcEvent[] = [
        ...writes.map((bytes, i) => ({ ...who, t: i, op: "write", object: "pipe:[1]", bytes })),
        ...taken.map((bytes, i) => ({ ...who, t: 100 + i, op: "read", object: "pipe:[1]", bytes })),
      ];
      linkByteStreams(events);
      // The oracle: byte by byte.
      const source = writes.flatMap((bytes, i) => Array<number>(bytes).fill(i));
      let at = 0;
      for (const [i, bytes] of taken.entries()) {
        const wanted = new Set(source.slice(at, at + bytes).map((write) => `pipe:[1]#${write + 1}`));
        expect(new Set(events[writes.length + i]?.flow ?? [])).toEqual(wanted);
        at += bytes;
      }
    }),
  );
});
