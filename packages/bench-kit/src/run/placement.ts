import { readFileSync } from "node:fs";
import { IpcError } from "@ipc-playground/contract";
import { getAffinity } from "@ipc-playground/libc";

/**
 * Where the two sides run.
 *
 * - `two-cores`: each on one of its own. The default: the scheduler has no say, so that ours and
 *   the yardstick's launches are placed alike.
 * - `same-core`: both on one.
 * - `unpinned`: the scheduler's choice, which is sometimes the one and sometimes the other.
 */
export const PLACEMENTS = ["two-cores", "same-core", "unpinned"] as const;
export type Placement = (typeof PLACEMENTS)[number];

/**
 * The processors of A and B; `undefined` for `unpinned`.
 *
 * @throws {IpcError} BAD_USAGE: `two-cores` where this process may use only one.
 */
export function processorsFor(placement: Placement): readonly [number, number] | undefined {
  if (placement === "unpinned") return undefined;
  const allowed = allowedProcessors();
  const first = allowed[0] ?? 0;
  if (placement === "same-core") return [first, first];
  // Two threads of one core share its units: prefer a processor of another core.
  const second = allowed.find((cpu) => coreOf(cpu) !== coreOf(first)) ?? allowed[1];
  if (second === undefined) {
    throw new IpcError(
      "BAD_USAGE",
      "this process may use one processor only",
      "choose --placement same-core",
    );
  }
  return [first, second];
}

/** `two-cores` where there are two. */
export function defaultPlacement(): Placement {
  return allowedProcessors().length > 1 ? "two-cores" : "unpinned";
}

function allowedProcessors(): number[] {
  const cpus = getAffinity(0);
  return typeof cpus === "number" ? [] : cpus;
}

function coreOf(cpu: number): string {
  const topology = `/sys/devices/system/cpu/cpu${cpu}/topology`;
  try {
    return ["physical_package_id", "core_id"]
      .map((name) => readFileSync(`${topology}/${name}`, "utf8"))
      .join();
  } catch {
    return String(cpu);
  }
}
