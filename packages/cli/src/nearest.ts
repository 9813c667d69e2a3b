import { IpcError } from "@ipc-playground/contract";
import { closest, distance } from "fastest-levenshtein";

/** The error for a name that does not exist: it suggests the nearest one, if any is near, and lists the rest. */
export function unknownName(kind: string, name: string, known: readonly string[]): IpcError {
  const near = known.length === 0 ? undefined : closest(name, known);
  const isNear = near !== undefined && distance(name, near) <= Math.max(2, Math.floor(near.length / 2));
  return new IpcError(
    "UNKNOWN_NAME",
    `there is no ${kind} "${name}"`,
    isNear
      ? `did you mean "${near}"? There ${known.length === 1 ? "is" : "are"}: ${known.join(", ")}`
      : `there ${known.length === 1 ? "is" : "are"}: ${known.join(", ")}`,
  );
}
