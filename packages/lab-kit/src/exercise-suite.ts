import { existsSync, readdirSync, readFileSync } from "node:fs";
import { allPids, processStat } from "@ipc-playground/libc";
import { afterAll, describe, expect, test } from "vitest";
import { type CheckOptions, checkSubmission, type ScheduleResult } from "./check-submission.ts";
import type { Exercise } from "./exercise.ts";
import type { Lab } from "./lab.ts";
import { removeRun } from "./run-directory.ts";

/** A hang takes a second to be one; a submission that runs for ever takes ten. */
const TIMEOUT_MS = 60_000;

/**
 * What every exercise of a lab keeps: starters fail for the reason they state, solutions pass,
 * wrong programs are caught as it is written, and no process is left. Call it in a test file and await it.
 */
export async function testExercises(lab: Lab): Promise<void> {
  afterAll(removeRun);

  test("the exercises of lab.ts are the folders that have a check.ts", () => {
    const folders = readdirSync(new URL("exercises/", lab.folder), { withFileTypes: true })
      .filter((entry) => existsSync(new URL(`exercises/${entry.name}/check.ts`, lab.folder)))
      .map((entry) => entry.name);
    expect(folders.sort()).toEqual([...lab.exercises].sort());
  });

  for (const name of lab.exercises) await testExercise(lab, name);
}

async function testExercise(lab: Lab, name: string): Promise<void> {
  const source = new URL(`exercises/${name}/`, lab.folder);
  const compiled = new URL(`dist/exercises/${name}/`, lab.folder);
  const { default: exercise } = (await import(new URL("check.js", compiled).href)) as { default: Exercise };
  const check = (module: string, options: CheckOptions = {}) =>
    checkSubmission(new URL("check.js", compiled), new URL(`${module}.js`, compiled), options);

  describe(name, () => {
    test("has a README that says how to run it and where to edit", () => {
      const text = readFileSync(new URL("README.md", source), "utf8");
      expect(text).toContain(`pnpm lab exercise ${lab.name}/${name}`);
      expect(text).toContain("`mine.ts`");
    });

    test("has hints, and at least two wrong programs, each with a file", () => {
      expect(exercise.name).toBe(name);
      expect(exercise.hints.length).toBeGreaterThan(0);
      const files = readdirSync(new URL("wrong/", source)).map((file) => file.replace(/\.ts$/, ""));
      expect(files.sort()).toEqual(Object.keys(exercise.wrong).sort());
      expect(files.length).toBeGreaterThanOrEqual(2);
    });

    test("the solution passes every schedule", { timeout: TIMEOUT_MS }, async () => {
      const results = await check("solution");
      expect(results.map(({ schedule, observed }) => ({ schedule, observed }))).toEqual(
        Object.keys(exercise.schedules).map((schedule) => ({ schedule, observed: undefined })),
      );
      expect(strays(results)).toEqual([]);
    });

    const programs = { starter: exercise.starter, ...prefixed(exercise.wrong) };
    for (const [module, { schedule, observed }] of Object.entries(programs)) {
      test(`${module} is caught by "${schedule}"`, { timeout: TIMEOUT_MS }, async () => {
        // The schedules before it would only take time: half of a lab's tests are processes that start.
        const results = await check(module, { only: schedule });
        expect(results.map((result) => result.schedule)).toEqual([schedule]);
        expect(results[0]?.observed).toMatch(observed);
        expect(strays(results)).toEqual([]);
      });
    }
  });
}

function prefixed<T>(wrong: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(wrong).map(([name, by]) => [`wrong/${name}`, by]));
}

/** Processes of these schedules, and children of this process, that are still there. */
function strays(results: readonly ScheduleResult[]): number[] {
  const played = new Set(results.flatMap(({ events }) => events.map(({ pid }) => pid)));
  played.delete(process.pid);
  return allPids().filter((pid) => played.has(pid) || processStat(pid)?.parentPid === process.pid);
}
