import { type LoadedBench, loadBench } from "@ipc-playground/bench-kit/run";
import { unknownName } from "../nearest.ts";

interface Entry {
  name: string;
  aliases: readonly string[];
  /** The module whose default export is the bench. */
  module: string;
}

/** The mechanisms that can be measured. */
export const BENCHES: readonly Entry[] = [
  { name: "pipe", aliases: ["pipes"], module: "@ipc-playground/pipes/bench" },
];

/**
 * The benches of these names: singular, plural or alias; all of them for no name at all.
 *
 * @throws {IpcError} UNKNOWN_NAME
 */
export function benchesNamed(names: readonly string[]): Promise<LoadedBench[]> {
  const entries = names.length === 0 ? BENCHES : new Set(names.map(entryNamed));
  return Promise.all([...entries].map(({ module }) => loadBench(import.meta.resolve(module))));
}

function entryNamed(name: string): Entry {
  const entry = BENCHES.find((entry) => entry.name === name || entry.aliases.includes(name));
  if (entry !== undefined) return entry;
  throw unknownName(
    "benchmark",
    name,
    BENCHES.map((entry) => entry.name),
  );
}
