import { expect, test } from "vitest";
import { History } from "../../src/core/history.ts";

const message = (seq: number, text = "") =>
  ({ type: "message", room: "r", epoch: "e", seq, from: "a", text, at: 0 }) as const;

/** A history that has got so many messages. */
function filled(history: History, count: number, text = ""): History {
  for (let seq = 1; seq <= count; seq++) history.add(message(seq, text));
  return history;
}

const seqs = (history: History, since: number, latest: number) =>
  history.since(since, latest).messages.map(({ seq }) => seq);

test("at most so many messages are kept, and they are always the last ones", () => {
  for (let count = 0; count <= 40; count++) {
    const history = filled(new History(7, 1_000_000), count);
    const kept = Math.min(7, count);
    expect(history.length).toBe(kept);
    for (let since = 0; since <= count; since++) {
      const { messages, complete } = history.since(since, count);
      const missed = count - since;
      expect(messages.map(({ seq }) => seq)).toEqual(
        Array.from({ length: Math.min(kept, missed) }, (_, i) => count - Math.min(kept, missed) + i + 1),
      );
      expect(complete).toBe(missed <= kept);
    }
  }
});

test("the bytes are bounded too: long texts, and the objects of short ones", () => {
  // 200 bytes for a message, and 2 for each UTF-16 unit.
  expect(filled(new History(1_000, 4_000), 100, "x".repeat(400)).length).toBe(4);
  expect(filled(new History(1_000, 4_000), 100).length).toBe(20);
});

test("one message that is larger than all that may be kept is not kept, and nothing before it", () => {
  const history = filled(new History(10, 4_000), 3);
  history.add(message(4, "x".repeat(2_000)));
  expect(history.length).toBe(0);
  expect(history.since(3, 4)).toEqual({ messages: [], complete: false });
  history.add(message(5));
  expect(seqs(history, 0, 5)).toEqual([5]);
});

test("a position ahead of the latest message misses nothing", () => {
  expect(filled(new History(7, 1_000_000), 3).since(9, 3)).toEqual({ messages: [], complete: true });
});
