import { isUnexpected } from "@ipc-playground/contract";
import { afterAll, describe, expect, test } from "vitest";
import { loadDemo, runDemo } from "./run-demo.ts";
import { removeRun } from "./run-directory.ts";

/** What every demo of a package keeps: it comes out as expected, and is what it is listed as. Call it in a test file. */
export function testDemos(demos: Readonly<Record<string, URL>>): void {
  afterAll(removeRun);

  describe.each(Object.entries(demos))("%s", (name, module) => {
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
}
