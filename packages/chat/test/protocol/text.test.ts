import { expect, test } from "vitest";
import { textRefusal } from "../../src/protocol/text.ts";

test("every C0 control character but TAB is refused by its number, and so is DEL", () => {
  for (const code of [...Array(32).keys(), 0x7f]) {
    const why = textRefusal(`a${String.fromCharCode(code)}b`, 100);
    if (code === 9) expect(why).toBeUndefined();
    else {
      const number = code.toString(16).toUpperCase().padStart(4, "0");
      expect(why).toMatchObject({ code: "BAD_TEXT", fact: `the text has a control character, U+${number}` });
    }
  }
});

test.each(["é", "日本語", "👩‍👩‍👧", "\u202e", "\u0085"])(
  "%j may be said: who shows it makes it harmless",
  (text) => {
    expect(textRefusal(text, 100)).toBeUndefined();
  },
);

test.each(["\ud800", "a\udc00b", "\udc00\ud800"])("half a character is refused: %j", (text) => {
  expect(textRefusal(text, 100)).toMatchObject({ code: "BAD_TEXT", fact: "the text has half a character" });
});

test("an empty text is refused", () => {
  expect(textRefusal("", 100)).toMatchObject({ code: "BAD_TEXT", fact: "there is no text" });
});

test("the limit is in bytes of UTF-8, not in characters", () => {
  expect(textRefusal("x".repeat(9), 9)).toBeUndefined();
  expect(textRefusal("日".repeat(3), 9)).toBeUndefined();
  expect(textRefusal("x".repeat(10), 9)?.fact).toBe("the text has 10 bytes; at most 9 are taken");
  expect(textRefusal(`日日日x`, 9)?.fact).toBe("the text has 10 bytes; at most 9 are taken");
  expect(textRefusal("👩".repeat(3), 11)?.fact).toBe("the text has 12 bytes; at most 11 are taken");
});
