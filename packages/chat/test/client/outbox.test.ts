import { IpcError } from "@ipc-playground/contract";
import { expect, test } from "vitest";
import { Outbox } from "../../src/client/outbox.ts";

const WHY = new IpcError("CONNECTION_LOST", "the cable is out", "put it in");

/** An outbox, and which requests were refused. */
function outbox(most = 100) {
  const box = new Outbox(most);
  const refused: string[] = [];
  const add = (id: string, { repeats = true, bytes = 1 } = {}) =>
    box.add({
      id,
      repeats,
      bytes: [new Uint8Array(bytes)],
      resolve: () => {},
      reject: () => refused.push(id),
    });
  const rest = () => {
    const ids: string[] = [];
    for (let next = box.next(); next !== undefined; next = box.next()) ids.push(next.id);
    return ids;
  };
  return { box, refused, add, rest };
}

test("what was asked leaves once, in order", () => {
  const { box, add, rest } = outbox();
  for (const id of ["a", "b"]) add(id);
  expect(box.next()?.id).toBe("a");
  add("c");
  expect(rest()).toEqual(["b", "c"]);
  expect(rest()).toEqual([]);
});

test("after a cut all that is not answered leaves again, in order, before what is new", () => {
  const { box, refused, add, rest } = outbox();
  for (const id of ["a", "b", "c"]) add(id);
  rest();
  add("unsent");
  expect(box.take("b")?.id).toBe("b");
  box.lost(WHY);
  add("new");
  expect(rest()).toEqual(["a", "c", "unsent", "new"]);
  expect(refused).toEqual([]);
});

test("what does not repeat is refused by a cut, sent or not", () => {
  const { box, refused, add, rest } = outbox();
  add("a");
  add("list", { repeats: false });
  box.next();
  add("rooms", { repeats: false });
  box.lost(WHY);
  expect([refused, rest(), box.size]).toEqual([["list", "rooms"], ["a"], 1]);
});

test("messages are bounded, requests are not; an answer makes room", () => {
  const { box, add } = outbox(2);
  expect([add("a"), add("b"), add("c"), add("list", { repeats: false })]).toEqual([true, true, false, true]);
  box.take("a");
  expect([add("c"), add("d")]).toEqual([true, false]);
});

test("an answer that nobody waits for takes nothing out", () => {
  const { box, add } = outbox();
  add("a");
  expect([box.take("b"), box.take("a")?.id, box.take("a"), box.size]).toEqual([undefined, "a", undefined, 0]);
});

test("of those that were sent, the longest is the one that is too long", () => {
  const { box, refused, add, rest } = outbox();
  add("short");
  add("long", { bytes: 20 });
  box.next();
  box.next();
  add("unsent", { bytes: 30 });
  box.refuseLongest(WHY);
  expect([refused, rest()]).toEqual([["long"], ["unsent"]]);
  const nothing = outbox();
  nothing.box.refuseLongest(WHY);
  expect(nothing.refused).toEqual([]);
});
