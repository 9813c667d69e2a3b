import { expect, test } from "vitest";
import { Positions } from "../../src/client/positions.ts";
import { message, roomState } from "./fake-server.ts";

function at(seq: number, epoch = "e1"): Positions {
  const positions = new Positions();
  expect(positions.enter(roomState({ seq, epoch }))).toBe(false);
  return positions;
}

test("whoever comes in begins behind the last message, and has missed nothing", () => {
  const positions = at(7);
  expect(positions.resume()).toEqual({ lobby: ["e1", 7] });
  expect(positions.see(message(8))).toBe("new");
  expect(positions.resume()).toEqual({ lobby: ["e1", 8] });
});

test("a message that was seen is a repeat, and changes nothing", () => {
  const positions = at(7);
  expect([8, 9, 8, 9, 7, 1].map((seq) => positions.see(message(seq)))).toEqual([
    "new",
    "new",
    "repeat",
    "repeat",
    "repeat",
    "repeat",
  ]);
  expect(positions.resume()).toEqual({ lobby: ["e1", 9] });
});

test("after a cut that lost nothing, the position is the last message seen, not the room's last", () => {
  const positions = at(3);
  expect(positions.enter(roomState({ seq: 9, recovered: true }))).toBe(false);
  expect(positions.resume()).toEqual({ lobby: ["e1", 3] });
  expect(positions.see(message(4))).toBe("new");
});

test("lost history is told once, and the messages that are left are new", () => {
  const positions = at(3);
  expect(positions.enter(roomState({ seq: 9, recovered: false }))).toBe(true);
  expect([8, 9].map((seq) => positions.see(message(seq)))).toEqual(["new", "new"]);
  expect(positions.resume()).toEqual({ lobby: ["e1", 9] });
  expect(positions.see(message(11))).toBe("gap");
});

test("another epoch is another history: a gap, and its numbers begin anew", () => {
  const positions = at(30);
  expect(positions.enter(roomState({ epoch: "e2", seq: 2, recovered: false }))).toBe(true);
  expect(positions.resume()).toEqual({ lobby: ["e2", 0] });
  expect([1, 2, 2].map((seq) => positions.see(message(seq, { epoch: "e2" })))).toEqual([
    "new",
    "new",
    "repeat",
  ]);
});

test("another epoch is a gap even if the server says that nothing was lost", () => {
  expect(at(30).enter(roomState({ epoch: "e2", seq: 2, recovered: true }))).toBe(true);
});

test("a server that does not say whether all follows sends nothing: what is missing is lost", () => {
  const positions = at(3);
  expect(positions.enter(roomState({ seq: 3 }))).toBe(false);
  expect(positions.enter(roomState({ seq: 5 }))).toBe(true);
  expect(positions.resume()).toEqual({ lobby: ["e1", 5] });
});

test("a number that is left out, or an epoch that changes, among messages is a gap", () => {
  const positions = at(3);
  expect(positions.see(message(5))).toBe("gap");
  expect(positions.see(message(6))).toBe("new");
  expect(positions.see(message(1, { epoch: "e2" }))).toBe("gap");
  expect(positions.see(message(2, { epoch: "e2" }))).toBe("new");
});

test("a room is the same however it is written; one that was left is forgotten", () => {
  const positions = at(3);
  positions.enter(roomState({ room: "Books", epoch: "b", seq: 1 }));
  expect(positions.enter(roomState({ room: "#books", epoch: "b", seq: 1 }))).toBe(false);
  expect(positions.see(message(2, { room: "BOOKS", epoch: "b" }))).toBe("new");
  expect(positions.resume()).toEqual({ lobby: ["e1", 3], Books: ["b", 2] });
  positions.leave("bOOKS");
  expect(positions.resume()).toEqual({ lobby: ["e1", 3] });
});
