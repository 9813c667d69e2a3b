import { expect, test } from "vitest";
import { fold, nickRefusal, plainRoom, quoted, RESERVED, roomRefusal } from "../../src/protocol/names.ts";

test.each(["a", "Ana", "ana_B-9", "x".repeat(32)])("%j is a nickname", (nick) => {
  expect(nickRefusal(nick, 32)).toBeUndefined();
});

test.each([
  ["", "it is empty"],
  ["x".repeat(33), "it has 33 characters, and at most 32 are taken"],
  ["9ana", "it does not begin with a letter from A to Z"],
  ["-ana", "it does not begin with a letter from A to Z"],
  [" ana", "it does not begin with a letter from A to Z"],
  ["ana ", "it has other characters than letters, digits, _ and -"],
  ["ana\n", "it has other characters than letters, digits, _ and -"],
  ["an\0a", "it has other characters than letters, digits, _ and -"],
  ["ana\u200b", "it has other characters than letters, digits, _ and -"],
  // CYRILLIC SMALL LETTER A, KELVIN SIGN: they look like a and K, and the second becomes k in lower case.
  ["аna", "it does not begin with a letter from A to Z"],
  ["\u212aim", "it does not begin with a letter from A to Z"],
  ["an\u0430", "it has other characters than letters, digits, _ and -"],
  ["#lobby", "it does not begin with a letter from A to Z"],
])("%j is no nickname, and the refusal says which rule it breaks", (nick, rule) => {
  const why = nickRefusal(nick, 32);
  expect(why?.code).toBe("BAD_NICK");
  expect(why?.fact).toBe(`${quoted(nick)} is no nickname: ${rule}`);
});

test("names that would pass for the server are reserved, in any case", () => {
  for (const name of RESERVED) {
    expect(nickRefusal(name, 32)?.fact).toContain("it is reserved");
    expect(nickRefusal(name.toUpperCase(), 32)?.fact).toContain("it is reserved");
    expect(roomRefusal(name, 64)).toBeUndefined();
  }
});

test("a room's name follows the same rule, up to its own length", () => {
  expect(roomRefusal("r".repeat(64), 64)).toBeUndefined();
  expect(roomRefusal("r".repeat(65), 64)).toMatchObject({ code: "BAD_ROOM" });
  expect(roomRefusal("two words", 64)).toMatchObject({ code: "BAD_ROOM" });
  expect(roomRefusal("", 64)?.fact).toBe('"" is no name for a room: it is empty');
});

test("#lobby is lobby, and ##lobby is not", () => {
  expect(plainRoom("#lobby")).toBe("lobby");
  expect(plainRoom("lobby")).toBe("lobby");
  expect(roomRefusal(plainRoom("##lobby"), 64)).toMatchObject({ code: "BAD_ROOM" });
});

test("names that differ in case only are one name", () => {
  expect(fold("AnA_9-x")).toBe(fold("aNa_9-X"));
});

test("a stranger's name is quoted short, and without control characters", () => {
  expect(quoted("a\u001b[2J\n")).toBe('"a\\u001b[2J\\n"');
  expect(quoted("x".repeat(50))).toBe(`"${"x".repeat(40)}…"`);
});
