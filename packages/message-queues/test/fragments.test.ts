import { Assembler, FRAGMENT_HEADER_BYTES, splitMessage } from "@ipc-playground/message-queues";
import { expect, test } from "vitest";
import { codeOf } from "./posix-suite.ts";

const ID = { sender: 7, message: 1 };
const letters = (n: number) => Uint8Array.from({ length: n }, (_, i) => i % 251);

test("a part is 16 bytes of who, which, index and count, and then its text", () => {
  expect(
    splitMessage(Buffer.from("hello"), 20, { sender: 7, message: 258 }).map((part) =>
      Buffer.from(part).toString("hex"),
    ),
  ).toEqual([
    "0700000002010000" + "0000000002000000" + "68656c6c",
    "0700000002010000" + "0100000002000000" + "6f",
  ]);
});

test("messages of every length around the limit come back whole, in any order of their parts", () => {
  for (let length = 0; length <= 40; length++) {
    for (const order of [(parts: Uint8Array[]) => parts, (parts: Uint8Array[]) => parts.toReversed()]) {
      const assembler = new Assembler({ patienceMs: 10 });
      const parts = order(splitMessage(letters(length), FRAGMENT_HEADER_BYTES + 10, ID));
      const results = parts.map((part) => assembler.accept(part, 0));
      expect(results.at(-1)).toEqual({ kind: "message", ...ID, bytes: Buffer.from(letters(length)) });
      expect(
        results.slice(0, -1).map((result) => result.kind === "incomplete" && result.partsMissing),
      ).toEqual(results.slice(0, -1).map((_, i) => parts.length - 1 - i));
    }
  }
});

test("parts of interleaved senders do not mix, nor do two messages of one sender", () => {
  const assembler = new Assembler({ patienceMs: 10 });
  const ids = [ID, { sender: 8, message: 1 }, { sender: 7, message: 2 }];
  const lanes = ids.map((id, i) => splitMessage(new Uint8Array(30).fill(i), FRAGMENT_HEADER_BYTES + 10, id));
  const whole = [0, 1, 2].flatMap((turn) =>
    lanes.map((parts) => assembler.accept(parts[turn] as Uint8Array, 0)),
  );
  expect(whole.filter((result) => result.kind === "message")).toEqual(
    ids.map((id, i) => ({ kind: "message", ...id, bytes: Buffer.alloc(30, i) })),
  );
});

test("a part that comes twice counts once", () => {
  const assembler = new Assembler({ patienceMs: 10 });
  const [first, second] = splitMessage(letters(20), FRAGMENT_HEADER_BYTES + 10, ID) as [
    Uint8Array,
    Uint8Array,
  ];
  assembler.accept(first, 0);
  expect(assembler.accept(first, 0)).toMatchObject({ kind: "incomplete", partsMissing: 1 });
  expect(assembler.accept(second, 0).kind).toBe("message");
});

test("a lost sender's half message is dropped after the deadline, and reported once", () => {
  const assembler = new Assembler({ patienceMs: 100 });
  const parts = splitMessage(letters(30), FRAGMENT_HEADER_BYTES + 10, ID);
  assembler.accept(parts[0] as Uint8Array, 0);
  assembler.accept(parts[1] as Uint8Array, 50);
  expect(assembler.dropLate(149)).toEqual([]);
  expect(assembler.dropLate(150)).toEqual([{ ...ID, partsHave: 2, partsDue: 3 }]);
  expect(assembler.dropLate(1_000)).toEqual([]);
  // Its last part is then the first of a message that nobody finishes.
  expect(assembler.accept(parts[2] as Uint8Array, 1_000)).toMatchObject({
    kind: "incomplete",
    partsMissing: 2,
  });
});

test("what is no part is refused, and what is there stays", () => {
  const assembler = new Assembler({ patienceMs: 10 });
  const [first, second] = splitMessage(letters(20), FRAGMENT_HEADER_BYTES + 10, ID) as [
    Uint8Array,
    Uint8Array,
  ];
  assembler.accept(first, 0);
  const altered = (at: number, value: number) => {
    const part = Buffer.from(second);
    part.writeUInt32LE(value, at);
    return part;
  };
  for (const bad of [
    second.subarray(0, 15),
    altered(12, 0),
    altered(8, 2),
    altered(12, 3),
    altered(12, 0xffff_ffff),
  ])
    expect(codeOf(() => assembler.accept(bad, 0))).toBe("BAD_FRAGMENT");
  expect(assembler.accept(second, 0).kind).toBe("message");
});

test("unfinished messages are kept up to a bound", () => {
  const assembler = new Assembler({ patienceMs: 10, keepBytes: 25 });
  const part = (sender: number) =>
    splitMessage(letters(20), FRAGMENT_HEADER_BYTES + 10, { sender, message: 1 })[0] as Uint8Array;
  assembler.accept(part(1), 0);
  assembler.accept(part(2), 0);
  expect(codeOf(() => assembler.accept(part(3), 0))).toBe("BAD_FRAGMENT");
  expect(assembler.dropLate(10)).toHaveLength(2);
  expect(assembler.accept(part(3), 10).kind).toBe("incomplete");
});

test("a part without room for text is refused", () => {
  expect(codeOf(() => splitMessage(letters(1), FRAGMENT_HEADER_BYTES, ID))).toBe("BAD_ARGUMENT");
});
