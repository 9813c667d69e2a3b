import { loadPosixMq } from "@ipc-playground/message-queues";
import { expect, test } from "vitest";

test("posix-mq loads, or says that it was not built and what to do", () => {
  let loaded: unknown;
  try {
    loaded = loadPosixMq();
  } catch (error) {
    expect(error).toMatchObject({
      code: "NATIVE_PACKAGE_MISSING",
      nextStep: expect.stringContaining("pnpm rebuild posix-mq"),
    });
    return;
  }
  expect(typeof loaded).toBe("function");
});
