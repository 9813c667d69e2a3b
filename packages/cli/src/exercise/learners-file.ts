import { constants, copyFileSync, linkSync, unlinkSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { IpcError } from "@ipc-playground/contract";
import type { Place } from "./place.ts";

/**
 * Make `mine.ts` from the starter. One that is there stays as it is.
 *
 * @throws {IpcError} FILE_UNWRITABLE
 */
export function makeMine(place: Place): void {
  orUnwritable(place, () =>
    copyFileSync(place.path("starter.ts"), place.path("mine.ts"), constants.COPYFILE_EXCL),
  );
}

/** Give `mine.ts` another name, one that is free: `mine.ts.1`. Returns it. */
export function setMineAside(place: Place): string {
  return orUnwritable(place, () => {
    for (let n = 1; ; n++) {
      const aside = `mine.ts.${n}`;
      // Unlike rename(2), link(2) refuses a name that is taken: nothing can be lost.
      if (!linked(place.path("mine.ts"), place.path(aside))) continue;
      unlinkSync(place.path("mine.ts"));
      return aside;
    }
  });
}

/**
 * Ask on the terminal. No is what Enter says, and Ctrl-C.
 *
 * @throws {IpcError} BAD_USAGE: there is no terminal to ask on.
 */
export async function confirmReset(place: Place, interruption: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new IpcError(
      "BAD_USAGE",
      "--reset asks first, and there is no terminal to ask on",
      `by hand: give ${place.shown("mine.ts")} another name, and run the command without --reset`,
    );
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  const question = `Begin ${place.title} anew? Your file gets another name. [y/N] `;
  const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
  const asked = lines.question(question, { signal: interruption }).catch(() => "");
  const answer = await Promise.race([asked, ended]);
  lines.close();
  return /^y(es)?$/i.test(answer.trim());
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function orUnwritable<T>(place: Place, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw new IpcError(
      "FILE_UNWRITABLE",
      `cannot write in ${place.shown(".")}: ${(cause as Error).message}`,
      "work in a copy of the project that you may write to",
      { cause },
    );
  }
}
