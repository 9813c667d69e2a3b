import { expect, test } from "vitest";
import { Painter } from "../../dist/terminal/painter.js";

const frame = (rows: string[], column = 0) => ({ rows, cursor: { column, row: rows.length - 1 } });

function painter(): { painter: Painter; drawn: () => string } {
  let text = "";
  const drawn = () => {
    const now = text;
    text = "";
    return now;
  };
  return { painter: new Painter((bytes) => (text += bytes)), drawn };
}

test("a frame is drawn whole the first time, and later only where it is other", () => {
  const { painter: p, drawn } = painter();
  p.paint(frame(["one", "two", "three"], 2));
  expect(drawn()).toBe(
    "\x1b[?2026h\x1b[?25l\x1b[1;1H\x1b[2Kone\x1b[2;1H\x1b[2Ktwo\x1b[3;1H\x1b[2Kthree\x1b[3;3H\x1b[?25h\x1b[?2026l",
  );
  p.paint(frame(["one", "TWO", "three"], 2));
  expect(drawn()).toBe("\x1b[?2026h\x1b[?25l\x1b[2;1H\x1b[2KTWO\x1b[3;3H\x1b[?25h\x1b[?2026l");
});

test("nothing is written where nothing is other; a cursor that moved is", () => {
  const { painter: p, drawn } = painter();
  p.paint(frame(["one"], 1));
  drawn();
  p.paint(frame(["one"], 1));
  expect(drawn()).toBe("");
  p.paint(frame(["one"], 3));
  expect(drawn()).toContain("\x1b[1;4H");
});

test("after it was told to forget, everything is drawn again", () => {
  const { painter: p, drawn } = painter();
  p.paint(frame(["one"]));
  p.forget();
  drawn();
  p.paint(frame(["one"]));
  expect(drawn()).toContain("\x1b[2Kone");
});

test("behind a sign that terminals do not agree on, the cursor is put where it belongs", () => {
  const { painter: p, drawn } = painter();
  p.paint(frame(["a\x1b[1m👩‍👩‍👧\x1b[22mb日🇩🇪│"]));
  expect(drawn()).toContain("a\x1b[1m👩‍👩‍👧\x1b[4G\x1b[22mb日🇩🇪\x1b[9G│");
});
