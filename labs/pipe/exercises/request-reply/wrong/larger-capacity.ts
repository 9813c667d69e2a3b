import { maxCapacityBytes, type ReadEnd, setCapacity, type WriteEnd } from "@ipc-playground/pipes";
import { exchange as writesBeforeItReads } from "./writes-before-it-reads.ts";

/** "The pipe was too small": a larger one moves the deadlock to where the tests do not look. */
export async function exchange(
  requests: readonly Uint8Array[],
  output: WriteEnd,
  input: ReadEnd,
): Promise<Uint8Array[]> {
  setCapacity(output, maxCapacityBytes());
  setCapacity(input, maxCapacityBytes());
  return writesBeforeItReads(requests, output, input);
}
