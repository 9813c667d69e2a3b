import { expect, test } from "vitest";
import { Rooms } from "../../src/client/rooms.ts";
import { message, welcome } from "./fake-server.ts";

const at = 0;

function inTwoRooms(): Rooms {
  const rooms = new Rooms();
  rooms.take(welcome({ people: ["ana", "Ben"] }, { room: "Books", people: ["Ben", "ana"] }));
  return rooms;
}

test("who is in a room follows what the server tells", () => {
  const rooms = inTwoRooms();
  expect(rooms.take({ type: "joined", room: "lobby", nick: "carl", count: 3, at }).people).toEqual(["lobby"]);
  expect(rooms.people("#LOBBY")).toEqual(["ana", "Ben", "carl"]);
  rooms.take({ type: "left", room: "lobby", nick: "ben", count: 2, reason: "left", at });
  expect(rooms.people("lobby")).toEqual(["ana", "carl"]);
  expect(rooms.people("books")).toEqual(["Ben", "ana"]);
});

test("somebody who joins twice is there once", () => {
  const rooms = inTwoRooms();
  rooms.take({ type: "joined", room: "lobby", nick: "BEN", count: 2, at });
  expect(rooms.people("lobby")).toEqual(["ana", "BEN"]);
});

test("a new nickname is one in every room that its owner is in, and in no other", () => {
  const rooms = inTwoRooms();
  rooms.take({ type: "joined", room: "lobby", nick: "carl", count: 3, at });
  expect(rooms.take({ type: "renamed", from: "ben", to: "bob", at }).people).toEqual(["lobby", "Books"]);
  expect(rooms.take({ type: "renamed", from: "carl", to: "CARL", at }).people).toEqual(["lobby"]);
  expect(rooms.people("lobby")).toEqual(["ana", "bob", "CARL"]);
  expect(rooms.people("books")).toEqual(["bob", "ana"]);
});

test("rooms are left on one's own wish, by a kick, and when a welcome does not name them", () => {
  const rooms = inTwoRooms();
  expect(rooms.take({ type: "done", what: "you left Books", left: "Books" }).people).toEqual(["Books"]);
  expect(rooms.names).toEqual(["lobby"]);
  rooms.take({ type: "kicked", room: "lobby", by: "ben", reason: "" });
  expect([rooms.names, rooms.people("lobby"), rooms.resume()]).toEqual([[], [], {}]);

  const again = inTwoRooms();
  const changes = again.take(welcome({ recovered: true }));
  expect(changes).toEqual({ repeat: false, gaps: [], people: ["Books", "lobby"] });
  expect(again.resume()).toEqual({ lobby: ["e1", 0] });
});

test("gaps and repeats are told by room", () => {
  const rooms = inTwoRooms();
  expect(rooms.take(message(1)).repeat).toBe(false);
  expect(rooms.take(message(1)).repeat).toBe(true);
  const { gaps } = rooms.take(welcome({ epoch: "e2", recovered: false }, { room: "Books", recovered: true }));
  expect(gaps).toEqual(["lobby"]);
});
