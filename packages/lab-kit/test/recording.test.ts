import type { IpcError } from "@ipc-playground/contract";
import { parseRecording, type RecordingLine, readRecording } from "@ipc-playground/lab-kit/recording";
import { expect, test } from "vitest";
import { CONVERSATION } from "./log.ts";

const LINES: RecordingLine[] = [
  { type: "lab", lab: "pipe", title: "Pipes", node: "20.19.0", kernel: "6.1" },
  { type: "demo", demo: "eof", title: "End" },
  ...CONVERSATION.map((event) => ({ type: "event" as const, demo: "eof", ...event })),
  {
    type: "claim",
    demo: "eof",
    name: "c",
    says: "s",
    expect: "holds",
    source: "x",
    verdict: "holds",
    evidence: "e",
  },
  {
    type: "summary",
    lab: "pipe",
    demos: 1,
    claims: { holds: 1, refuted: 0, unavailable: 0, unexpected: 0 },
    failed: 0,
    ms: 5,
  },
];
const text = (lines: readonly unknown[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");

function errorOf(action: () => unknown): Pick<IpcError, "code" | "fact"> {
  try {
    action();
  } catch (error) {
    return error as IpcError;
  }
  throw new Error("it did not throw");
}

test("what is written is what is read", () => {
  expect(parseRecording(text(LINES), "log.jsonl")).toEqual(LINES);
});

test("a recording that was cut anywhere is refused, and the line is named", () => {
  const whole = text(LINES);
  for (let end = 0; end < whole.length - 1; end += 7) {
    const error = errorOf(() => parseRecording(whole.slice(0, end), "log.jsonl"));
    expect(error.code).toBe("BAD_LOG");
    expect(error.fact).toMatch(/^log\.jsonl(, line \d+ | ends after line \d+ )/);
  }
});

test("a damaged line is named by its number, and what is wrong with it", () => {
  const damaged = text(LINES.with(2, { ...LINES[2], t: "noon" } as never));
  expect(errorOf(() => parseRecording(damaged, "log.jsonl")).fact).toMatch(/^log\.jsonl, line 3: t: /);
});

test("a file that is not there is a plain error", () => {
  expect(errorOf(() => readRecording("/nonexistent/log.jsonl")).code).toBe("FILE_UNREADABLE");
});
