import { type LoadedBench, loadBench } from "@ipc-playground/bench-kit/run";
import { unknownName } from "../nearest.ts";

interface Entry {
  name: string;
  aliases: readonly string[];
  /** The module whose default export is the bench. */
  module: string;
}

const MESSAGE_QUEUES = ["mq", "message-queue", "message-queues"];

/** The mechanisms that can be measured. One alias may stand for several. */
export const BENCHES: readonly Entry[] = [
  { name: "pipe", aliases: ["pipes"], module: "@ipc-playground/pipes/bench" },
  { name: "fifo", aliases: ["fifos"], module: "@ipc-playground/fifos/bench" },
  { name: "signal", aliases: ["signals", "sig"], module: "@ipc-playground/signals/bench" },
  { name: "rtsignal", aliases: ["signals", "sig"], module: "@ipc-playground/signals/bench-realtime" },
  { name: "sysv-mq", aliases: MESSAGE_QUEUES, module: "@ipc-playground/message-queues/bench" },
  { name: "posix-mq", aliases: MESSAGE_QUEUES, module: "@ipc-playground/message-queues/posix-bench" },
];

/** Measured by name only, and alone: no processes that talk, but decoders side by side. */
export const FRAMING = "framing";

/**
 * The benches of these names: singular, plural or alias; all of them for no name at all.
 *
 * @throws {IpcError} UNKNOWN_NAME
 */
export function benchesNamed(names: readonly string[]): Promise<LoadedBench[]> {
  const entries = names.length === 0 ? BENCHES : new Set(names.flatMap(entriesNamed));
  return Promise.all([...entries].map(({ module }) => loadBench(import.meta.resolve(module))));
}

function entriesNamed(name: string): Entry[] {
  const exact = BENCHES.filter((entry) => entry.name === name);
  const entries = exact.length > 0 ? exact : BENCHES.filter((entry) => entry.aliases.includes(name));
  if (entries.length > 0) return entries;
  throw unknownName("benchmark", name, [...BENCHES.map((entry) => entry.name), FRAMING]);
}
