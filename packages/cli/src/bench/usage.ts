import { IpcError } from "@ipc-playground/contract";
import { CHAT } from "./registry.ts";
import type { BenchOptions } from "./run.ts";

/** @throws {IpcError} BAD_USAGE: two profiles at once. */
export function checkOneProfile(options: BenchOptions): void {
  if (options.quick && options.full) {
    throw new IpcError("BAD_USAGE", "--quick and --full exclude each other", "choose one of them");
  }
}

/** @throws {IpcError} BAD_USAGE: what is measured by name only, and alone, was named beside others. */
export function checkAlone(name: string, names: readonly string[]): void {
  if (new Set(names).size <= 1) return;
  throw new IpcError(
    "BAD_USAGE",
    `${name} is no mechanism and has tables of its own`,
    `measure it alone: pnpm bench ${name}`,
  );
}

/** @throws {IpcError} BAD_USAGE: one of these flags, which say nothing for what is measured. */
export function checkWithout(
  name: string,
  flags: readonly (keyof BenchOptions)[],
  options: BenchOptions,
): void {
  const flag = flags.find((flag) => options[flag] !== undefined);
  if (flag === undefined) return;
  throw new IpcError("BAD_USAGE", `--${flag} says nothing for ${name}`, "leave it out");
}

/** @throws {IpcError} BAD_USAGE: an option that only the chat's bench has. */
export function checkNotOfChat(options: BenchOptions): void {
  for (const flag of ["receivers", "window", "idle"] as const) {
    if (options[flag] === undefined) continue;
    throw new IpcError("BAD_USAGE", `--${flag} is for ${CHAT} only`, `use it with: pnpm bench ${CHAT}`);
  }
}
