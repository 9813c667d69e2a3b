import { parseLesson } from "@ipc-playground/lab-kit/runner";
import { expect, test } from "vitest";

test("a lesson is split where a line names a demo", () => {
  expect(parseLesson("# Title\n\ntext\n\n<!-- demo: eof -->\n<!-- exercise: one -->\nend\n")).toEqual([
    { kind: "text", markdown: "# Title\n\ntext" },
    { kind: "demo", name: "eof" },
    { kind: "exercise", name: "one" },
    { kind: "text", markdown: "end" },
  ]);
});

test("a directive with a slip is an error with its line, not a comment that nobody sees", () => {
  expect(() => parseLesson("text\n\n<!-- demo eof -->")).toThrow("line 3 is no directive");
});
