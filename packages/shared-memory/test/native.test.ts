import { loadShmTypedArray } from "@ipc-playground/shared-memory";
import { expect, test } from "vitest";

test("shm-typed-array loads, or says that it was not built and what to do", () => {
  let loaded: { create?: unknown };
  try {
    loaded = loadShmTypedArray() as typeof loaded;
  } catch (error) {
    expect(error).toMatchObject({
      code: "NATIVE_PACKAGE_MISSING",
      nextStep: expect.stringContaining("pnpm rebuild shm-typed-array"),
    });
    return;
  }
  expect(typeof loaded.create).toBe("function");
});
