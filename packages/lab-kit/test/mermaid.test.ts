import { mermaid } from "@ipc-playground/lab-kit/views";
import { expect, test } from "vitest";
import { CONVERSATION } from "./log.ts";

test("a flow is a message from sender to receiver; the rest are notes", () => {
  expect(mermaid(CONVERSATION, "A title: with a colon").split("\n")).toEqual([
    "---",
    'title: "A title: with a colon"',
    "---",
    "sequenceDiagram",
    "  participant p0 as reader",
    "  participant p1 as writer",
    "  Note over p0: start",
    "  Note over p1: start",
    "  Note over p0,p1: The writer goes.",
    "  p1->>p0: read pipe 5 B",
    "  Note over p1: exit status 0",
    "",
  ]);
});

test("signs that mean something in Mermaid are escaped", () => {
  const drawn = mermaid([{ t: 1, pid: 1, process: "a;b", op: "write", result: "#1" }], "t");
  expect(drawn).toContain("participant p0 as a#59;b");
  expect(drawn).toContain("Note over p0: write #35;1");
});
