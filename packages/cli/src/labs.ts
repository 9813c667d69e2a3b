import type { Lab } from "@ipc-playground/lab-kit";
import pipe from "@ipc-playground/lab-pipe";
import { unknownName } from "./nearest.ts";

export const LABS: readonly Lab[] = [pipe];

/**
 * The lab of that name: singular, plural or alias.
 *
 * @throws {IpcError} UNKNOWN_NAME
 */
export function labNamed(name: string): Lab {
  const lab = LABS.find((lab) => lab.name === name || lab.aliases.includes(name));
  if (lab !== undefined) return lab;
  throw unknownName(
    "lab",
    name,
    LABS.map((lab) => lab.name),
  );
}
