import { IpcError } from "@ipc-playground/contract";
import { expect, test } from "vitest";
import { shownRoom } from "../../dist/terminal/model.js";
import { KEPT_LINES } from "../../dist/terminal/room.js";
import { Chat, chat, NOON, seen } from "./chat.ts";
import { roomState } from "./fake-client.ts";

const THREE = ["books", "ops", "lobby"].map((room) => roomState(room, ["ana", "ben"]));

/** What the lines of the room that is seen say. */
const said = ({ state }: Chat) =>
  shownRoom(state).lines.map((line) => ("text" in line ? line.text : line.kind));

function say(made: Chat, text: string): number {
  const id = made.state.nextId;
  const content = { kind: "message", from: "ana", text, own: true, mentions: false } as const;
  made.tell({ type: "sending", room: shownRoom(made.state).name, content });
  return id;
}

test("the last of the rooms that one comes into is seen, and greets", () => {
  const made = chat((client) => client.welcome(THREE));
  expect(made.state.shown).toBe("lobby");
  expect(said(made)).toEqual(["welcome to chat, ana; 2 people are online; /help lists the commands"]);
});

test("a room that one goes into tells who is there and what it is about, once", () => {
  const made = chat((client) => client.welcome());
  const room = {
    type: "room",
    ...roomState("books", ["ana", "ben", "eve", "max", "zoe"], "whales"),
  } as const;
  made.client.emit("raw", room);
  made.client.emit("raw", room);
  made.tell({ type: "show", room: "BOOKS" });
  expect(said(made)).toEqual(["you are in books, with ben, eve, max and 1 more; it is about: whales"]);
  made.client.emit("raw", { type: "room", ...roomState("ops", ["ana"]) });
  made.tell({ type: "show", room: "ops" });
  expect(said(made)).toEqual(["you are in ops, alone"]);
});

test("what one says is there at once, and only once when the server has it", () => {
  const made = chat((client) => client.welcome());
  const id = say(made, "hello");
  expect(shownRoom(made.state).pending).toHaveLength(1);
  // The copy comes before the acknowledgement, and the other way round.
  made.client.hear("ana", "hello", "lobby", 1);
  expect(shownRoom(made.state).pending).toHaveLength(0);
  made.tell({ type: "accepted", id, at: { epoch: "e", seq: 1 } });
  const next = say(made, "again");
  made.tell({ type: "accepted", id: next, at: { epoch: "e", seq: 2 } });
  expect(shownRoom(made.state).pending).toMatchObject([{ accepted: { seq: 2 } }]);
  made.client.hear("ana", "again", "lobby", 2);
  expect(shownRoom(made.state).pending).toEqual([]);
  expect(said(made).slice(1)).toEqual(["hello", "again"]);
});

test("what comes back otherwise than it was said is the same by its number", () => {
  const made = chat((client) => client.welcome());
  const id = say(made, "hello");
  made.tell({ type: "accepted", id, at: { epoch: "e", seq: 1 } });
  made.client.hear("ana", "hello, as the server has it", "lobby", 1);
  expect(shownRoom(made.state).pending).toEqual([]);
  expect(said(made).slice(1)).toEqual(["hello, as the server has it"]);
});

test("the same text said twice is there twice", () => {
  const made = chat((client) => client.welcome());
  const ids = [say(made, "hi"), say(made, "hi")];
  made.client.hear("ana", "hi", "lobby", 1);
  made.client.hear("ana", "hi", "lobby", 2);
  for (const [at, id] of ids.entries()) made.tell({ type: "accepted", id, at: { epoch: "e", seq: at + 1 } });
  expect(said(made).slice(1)).toEqual(["hi", "hi"]);
  expect(shownRoom(made.state).pending).toEqual([]);
});

test("what was accepted, and then lost with the room's history, stays to be seen", () => {
  const made = chat((client) => client.welcome());
  const id = say(made, "hello");
  made.tell({ type: "accepted", id, at: { epoch: "e", seq: 1 } });
  made.client.emit("gap", "lobby");
  expect(said(made).slice(1)).toEqual(["hello", "gap"]);
  const other = say(made, "more");
  made.tell({ type: "accepted", id: other, at: { epoch: "e", seq: 2 } });
  made.client.hear("ben", "later", "lobby", 3);
  expect(said(made).slice(3)).toEqual(["more", "later"]);
});

test("what is refused goes away, and the reason is said", () => {
  const made = chat((client) => client.welcome());
  const id = say(made, "hello");
  made.tell({ type: "failed", id, fact: "the text is too long", nextStep: "say it in several messages" });
  expect(shownRoom(made.state).pending).toEqual([]);
  expect(said(made).at(-1)).toBe("problem");
});

test("a whisper of one's own becomes a line when it is accepted; there is no copy of it", () => {
  const made = chat((client) => client.welcome());
  const id = made.state.nextId;
  const content = { kind: "whisper", from: "ana", to: "ben", text: "psst", own: true } as const;
  made.tell({ type: "sending", room: "lobby", content }, { type: "accepted", id });
  expect(said(made).at(-1)).toBe("psst");
  expect(shownRoom(made.state).pending).toEqual([]);
});

test("messages in rooms that are not seen are counted, and are read when the room is chosen", () => {
  const made = chat((client) => client.welcome(THREE));
  made.client.hear("ben", "one", "books");
  made.client.hear("ben", "Ana, look", "Books", 2);
  expect(made.state.rooms[0]).toMatchObject({ unread: 2, mentioned: true });
  made.client.emit("joined", { type: "joined", room: "ops", nick: "eve", count: 3, at: 0 });
  expect(made.state.rooms[1]).toMatchObject({ unread: 0 });
  made.press("alt-1");
  expect(made.state.shown).toBe("books");
  expect(made.state.rooms[0]).toMatchObject({ unread: 0, mentioned: false });
});

test("a mark stands where one left off, until one says something", () => {
  const made = chat((client) => client.welcome(THREE));
  made.client.hear("ben", "old");
  made.press("ctrl-p");
  expect(made.state.shown).toBe("ops");
  made.press("ctrl-n");
  expect(seen(made).some((line) => line.includes("── new"))).toBe(false);
  made.press("ctrl-n");
  expect(made.state.shown).toBe("books");
  made.client.hear("ben", "fresh", "lobby", 2);
  made.press("alt-3");
  expect(seen(made).slice(-3)).toEqual([
    expect.stringMatching(/old$/),
    expect.stringMatching(/^── new ─+$/),
    expect.stringMatching(/fresh$/),
  ]);
  say(made, "answer");
  expect(seen(made).some((line) => line.includes("── new"))).toBe(false);
});

test("Alt and a digit without a room, and Ctrl-N in none, change nothing", () => {
  const made = chat((client) => client.welcome(THREE));
  made.press("alt-9");
  expect(made.state.shown).toBe("lobby");
  const alone = new Chat();
  alone.press("ctrl-n", "ctrl-p", "alt-1", "pageup", "home", "x", "tab");
  expect(alone.state.typing.editor.text).toBe("x");
});

test("who is sent out of a room, or leaves it, sees the next one", () => {
  const made = chat((client) => client.welcome(THREE));
  made.client.emit("kicked", { type: "kicked", room: "LOBBY", by: "ben", reason: "noise" });
  expect(made.state.shown).toBe("ops");
  expect(said(made).at(-1)).toBe("ben sent you out of LOBBY: noise");
  made.tell({ type: "gone", room: "books" });
  expect(made.state.rooms.map(({ name }) => name)).toEqual(["ops"]);
  made.tell({ type: "gone", room: "ops" });
  expect(made.state.shown).toBeUndefined();
  made.client.emit("notice", { type: "notice", text: "closing soon", at: 0 });
  expect(seen(made).at(-1)).toContain("the operator: closing soon");
});

test("one who is back sees that, and is out of rooms that the server did not let it into", () => {
  const made = chat((client) => client.welcome(THREE));
  const why = new IpcError("CONNECTION_LOST", "the server cut the connection", "wait");
  made.client.turn("waiting");
  made.client.emit("waiting", 1_200, why);
  expect(said(made).at(-1)).toBe("cut off: the server cut the connection");
  made.client.turn("connecting");
  made.client.turn("waiting");
  made.client.emit("waiting", 1_200, why);
  expect(said(made).filter((text) => text.startsWith("cut off"))).toHaveLength(1);
  made.client.welcome(THREE.slice(1), true);
  expect(said(made).at(-1)).toBe("here again; nothing was missed");
  expect(made.state.rooms.map(({ name }) => name)).toEqual(["ops", "lobby"]);
  made.client.welcome(
    THREE.map((room) => ({ ...room, recovered: false })),
    true,
  );
  expect(said(made).at(-1)).toBe("here again");
});

test("a new name is one's own from then on, and is told in the rooms where it is seen", () => {
  const made = chat((client) => client.welcome(THREE));
  made.client.emit("renamed", { type: "renamed", from: "ANA", to: "maria", at: 0 });
  expect(made.state.me).toBe("maria");
  expect(made.state.rooms.every(({ lines }) => lines.at(-1)?.kind === "notice")).toBe(true);
  made.client.hear("maria", "mine", "lobby");
  expect(shownRoom(made.state).lines.at(-1)).toMatchObject({ own: true });
});

test("topic, owner and people of a room are kept", () => {
  const made = chat((client) => client.welcome());
  made.client.emit("topic", { type: "topic", room: "lobby", topic: "pipes", by: "ben", at: 0 });
  made.client.emit("owner", { type: "owner", room: "lobby", nick: "ben" });
  made.client.emit("people", "lobby", ["ana", "ben", "eve"]);
  expect(shownRoom(made.state)).toMatchObject({
    topic: "pipes",
    owner: "ben",
    people: ["ana", "ben", "eve"],
  });
});

test("the latest 2,000 lines of a room are kept", () => {
  const made = chat((client) => client.welcome());
  for (let seq = 1; seq <= KEPT_LINES + 10; seq++) made.client.hear("ben", `line ${seq}`, "lobby", seq);
  expect(said(made)).toHaveLength(KEPT_LINES);
  expect(said(made)[0]).toBe("line 11");
});

test("/clear takes the lines of the room that is seen, and no others", () => {
  const made = chat((client) => client.welcome(THREE));
  made.client.hear("ben", "kept", "books");
  made.tell({ type: "clear" });
  expect(said(made)).toEqual([]);
  expect(made.state.rooms[0]?.lines).toHaveLength(1);
});

test("a message that names one by half a word does not mention one", () => {
  const made = chat((client) => client.welcome());
  made.client.hear("ben", "bananas, ana-maria", "lobby", 1);
  made.client.hear("ben", "is ANA here?", "lobby", 2);
  expect(shownRoom(made.state).lines.slice(1)).toMatchObject([{ mentions: false }, { mentions: true }]);
  expect(shownRoom(made.state).lines.at(-1)?.at).not.toBe(NOON);
});
