import { stripVTControlCharacters } from "node:util";
import { lanes } from "@ipc-playground/lab-kit/views";
import fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { CONVERSATION } from "./log.ts";

test("waiting is two lines with a heavy bar between them, and bytes are an arrow", () => {
  expect(lanes(CONVERSATION, { width: 70, color: false })).toBe(
    [
      "            reader                        writer",
      "     0 µs │ start",
      "  1.00 ms ┃ read pipe …",
      "  2.00 ms ┃                             │ start",
      "  4.00 ms ┃                             │ write pipe 5 B",
      "",
      "▸ The writer goes.",
      "            reader                        writer",
      "  5.00 ms │ read → 5 B after 4.00 ms ◀──┘",
      "  6.00 ms │                             │ exit status 0",
      "",
    ].join("\n"),
  );
});

test("an arrow to the right ends at the reader's bar", () => {
  const swapped = CONVERSATION.map((event) => ({
    ...event,
    process: event.process === "reader" ? "z" : event.process,
  }));
  const drawn = lanes([{ t: 0, pid: 12, process: "writer", op: "start" }, ...swapped], {
    width: 70,
    color: false,
  });
  expect(drawn).toContain("├────────────────────────────▶│ read → 5 B after 4.00 ms");
});

test("where the lanes would be too narrow, there is a list", () => {
  expect(lanes(CONVERSATION, { width: 36, color: false })).toContain(
    "reader: read → 5 B after\n            4.00 ms (from writer)",
  );
});

test("colour changes nothing but colour", () => {
  const plain = lanes(CONVERSATION, { width: 80, color: false });
  const coloured = lanes(CONVERSATION, { width: 80, color: true });
  expect(coloured).not.toBe(plain);
  expect(stripVTControlCharacters(coloured).replace(/ +$/gm, "")).toBe(plain);
});

test("wide characters take the columns they need, and no line is wider than the screen", () => {
  const text = fc.oneof(
    fc.constantFrom("管道", "🙂🙂", "é́", "end-of-file", "a b"),
    fc.string({ maxLength: 30 }),
  );
  const event = fc.record({
    t: fc.nat(1e9),
    pid: fc.integer({ min: 1, max: 5 }),
    process: fc.constantFrom("writer", "reader", "作者", "director", "🙂"),
    op: fc.constantFrom("read", "write", "start", "exit", "step"),
    result: text.map((raw) => raw.replace(/[^\p{L}\p{N}\p{Emoji} ]/gu, "")),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), fc.constantFrom(40, 80, 120), (events, width) => {
      const sorted = events.toSorted((a, b) => a.t - b.t);
      for (const line of lanes(sorted, { width, color: false }).split("\n")) {
        expect(stringWidth(line)).toBeLessThanOrEqual(width);
      }
    }),
  );
});

test("an empty log is no lines", () => {
  expect(lanes([], { width: 80, color: false })).toBe("");
});

test("like calls in a row are one line with their sum", () => {
  const writes = Array.from({ length: 5 }, (_, i) => ({
    t: i * 1_000,
    pid: 1,
    process: "w",
    op: "write",
    object: "pipe:[7]",
    bytes: 4096,
  }));
  expect(lanes(writes, { width: 80, color: false })).toContain("write pipe 20,480 B in 5 calls");
});

test("what leaves and arrives under one name is one line, however many lanes have it", () => {
  const segment = { op: "SYN", result: "seq 0", flow: ["1"] };
  const events = [
    { t: 0, pid: 1, process: "client", op: "start" },
    { t: 0, pid: 2, process: "server", op: "start" },
    { t: 1_000, pid: 1, process: "client", ...segment },
    { t: 2_000, pid: 2, process: "server", ...segment },
  ];
  const drawn = lanes(events, { width: 70, color: false });
  expect(drawn.match(/SYN/g)).toHaveLength(1);
  expect(drawn).toContain("├────────────────────────────▶│ SYN seq 0");
});
