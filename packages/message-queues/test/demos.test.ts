import { isUnexpected } from "@ipc-playground/contract";
import { loadDemo, runDemo } from "@ipc-playground/lab-kit/runner";
import { messageQueueDemos } from "@ipc-playground/message-queues/demos";
import { describe, expect, test } from "vitest";

describe.each(Object.entries(messageQueueDemos))("%s", (name, module) => {
  test("comes out as expected", async () => {
    const run = await runDemo(module);
    expect(run.error).toBeUndefined();
    expect(run.claims.filter(isUnexpected)).toEqual([]);
  });

  test("is named as it is listed, and its prediction has an answer among the choices", async () => {
    const demo = await loadDemo(module);
    expect(demo.name).toBe(name);
    if (demo.predict) expect(demo.predict.choices[demo.predict.answer]).toBeDefined();
  });
});
