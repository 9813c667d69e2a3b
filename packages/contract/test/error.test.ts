import { ERROR_CODES, IpcError, isUnexpected } from "@ipc-playground/contract";
import { expect, test } from "vitest";

test("an error says the fact, then the next step, and carries what caused it", () => {
  const cause = new Error("why");
  const error = new IpcError("PIPE_NO_READER", "nobody reads", "stop writing", {
    cause,
    errno: "EPIPE",
    syscall: "write",
  });
  expect(error).toMatchObject({
    message: "nobody reads; stop writing",
    code: "PIPE_NO_READER",
    fact: "nobody reads",
    nextStep: "stop writing",
    errno: "EPIPE",
    syscall: "write",
    cause,
  });
});

test("an error without a cause has none", () => {
  expect("cause" in new IpcError("BAD_USAGE", "a", "b")).toBe(false);
});

test("every code is in capitals and says what it means", () => {
  for (const [code, meaning] of Object.entries(ERROR_CODES)) {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(meaning.length).toBeGreaterThan(20);
  }
});

test("a verdict is unexpected if it is the other one; unavailable never is", () => {
  expect(isUnexpected({ verdict: "refuted", expect: "holds" })).toBe(true);
  expect(isUnexpected({ verdict: "refuted", expect: "refuted" })).toBe(false);
  expect(isUnexpected({ verdict: "unavailable", expect: "holds" })).toBe(false);
});
