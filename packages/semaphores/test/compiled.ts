import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { scratchDirectory } from "@ipc-playground/lab-kit/runner";

export const NO_COMPILER = spawnSync("cc", ["--version"]).status !== 0;
if (NO_COMPILER) console.log("skipped: programs in C, there is no compiler (cc)");

const programs = new Map<string, string>();

/** The program of `fixtures/NAME.c`, compiled once for a run of the tests. */
export function compiled(name: string): string {
  let program = programs.get(name);
  if (program === undefined) {
    program = join(scratchDirectory(), name);
    const source = join(import.meta.dirname, "fixtures", `${name}.c`);
    execFileSync("cc", ["-O1", "-Wall", "-Wextra", "-Werror", "-o", program, source, "-pthread"]);
    programs.set(name, program);
  }
  return program;
}
