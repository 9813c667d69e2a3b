import { expect, test } from "vitest";
import { layoutOf } from "../../dist/terminal/layout.js";
import { shownRoom } from "../../dist/terminal/model.js";
import { KEPT_LINES } from "../../dist/terminal/room.js";
import { type Chat, chat, seen } from "./chat.ts";

const SIZE = { columns: 40, rows: 15 };
const PAGE = layoutOf(SIZE).rows;

/** A room with so many numbered messages, and nothing else. */
function room(messages: number, text = (seq: number) => `${seq}`): Chat {
  const made = chat((client) => client.welcome(), SIZE);
  made.tell({ type: "clear" });
  for (let seq = 1; seq <= messages; seq++) made.client.hear("ben", text(seq), "lobby", seq);
  return made;
}

/** The numbers that are seen. */
const numbers = (made: Chat) => seen(made).flatMap((line) => line.match(/^ben: (\d+)/)?.[1] ?? []);
const span = (made: Chat) => [numbers(made)[0], numbers(made).at(-1)];

test("a page up keeps one row of the page before; a page down comes back and follows again", () => {
  const made = room(100);
  expect(span(made)).toEqual([`${100 - PAGE + 1}`, "100"]);
  made.press("pageup");
  expect(span(made)).toEqual([`${100 - 2 * PAGE + 2}`, `${100 - PAGE + 1}`]);
  made.press("pagedown");
  expect(shownRoom(made.state).place).toBeUndefined();
  made.client.hear("ben", "101", "lobby", 101);
  expect(span(made)[1]).toBe("101");
});

test("Home goes to the first line and no further; End, and Escape, to the last", () => {
  const made = room(100);
  made.press("home");
  expect(span(made)).toEqual(["1", `${PAGE}`]);
  made.press("pageup", "shift-up");
  expect(span(made)).toEqual(["1", `${PAGE}`]);
  made.press("end");
  expect(span(made)[1]).toBe("100");
  made.press("home", "escape");
  expect(span(made)[1]).toBe("100");
});

test("Home and End are the input line's where something is typed there; with Ctrl they scroll", () => {
  const made = room(100);
  made.press("x", "home");
  expect(made.state.typing.editor.cursor).toBe(0);
  expect(span(made)[1]).toBe("100");
  made.press("ctrl-home");
  expect(span(made)[0]).toBe("1");
});

test("new messages do not move what is seen, and are counted", () => {
  const made = room(100);
  made.press("pageup");
  const before = numbers(made);
  for (let seq = 101; seq <= 130; seq++) made.client.hear("ben", `${seq}`, "lobby", seq);
  expect(numbers(made)).toEqual(before);
  expect(made.lines.at(-2)).toContain("30 new ↓");
  made.press("escape");
  expect(made.lines.at(-2)).not.toContain("new ↓");
});

test("whoever enters a line sees the end", () => {
  const made = room(100);
  made.press("pageup");
  made.tell({ type: "entered" });
  expect(span(made)[1]).toBe("100");
});

test("one row up or down, inside a message of several rows too", () => {
  const made = room(30, (seq) => `${seq} ${"word ".repeat(20)}`);
  made.press("shift-up");
  const up = seen(made);
  made.press("shift-up");
  expect(seen(made).slice(1)).toEqual(up.slice(0, -1));
  made.press("shift-down");
  expect(seen(made)).toEqual(up);
});

test("a room that fits on the screen does not scroll", () => {
  const made = room(3);
  made.press("pageup");
  expect(shownRoom(made.state).place).toBeUndefined();
  made.press("pagedown", "home", "shift-down");
  expect(numbers(made)).toEqual(["1", "2", "3"]);
});

test("the place stays when the window becomes wider or narrower", () => {
  const made = room(100, (seq) => `${seq} ${"word ".repeat(10)}`);
  made.press("pageup", "pageup");
  const last = span(made)[1];
  made.tell({ type: "size", size: { columns: 50, rows: 15 } });
  expect(span(made)[1]).toBe(last);
  made.tell({ type: "size", size: { columns: 20, rows: 15 } }, { type: "size", size: SIZE });
  expect(span(made)[1]).toBe(last);
});

test("when the lines that are seen had to make room, the oldest there are are seen", () => {
  const made = room(100);
  made.press("home");
  for (let seq = 101; seq <= KEPT_LINES + 500; seq++) made.client.hear("ben", `${seq}`, "lobby", seq);
  expect(span(made)).toEqual(["501", `${500 + PAGE}`]);
  made.press("shift-down");
  expect(span(made)).toEqual(["502", `${501 + PAGE}`]);
});
