import { readSync, writeSync } from "node:fs";
import { CONTROL_FD, type RunCommand, type SideAnswer } from "./protocol.ts";

const chunk = Buffer.alloc(4096);
let text = "";

/**
 * The coordinator's next command, or `null` when it has no more. Holds the thread while it waits,
 * which keeps the process asleep, and its event loop out of everything between two runs.
 */
export function nextCommand(): RunCommand | null {
  for (;;) {
    const end = text.indexOf("\n");
    if (end >= 0) {
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      return JSON.parse(line) as RunCommand;
    }
    const count = readSync(CONTROL_FD, chunk);
    if (count === 0) return null;
    text += chunk.toString("utf8", 0, count);
  }
}

export function answer(message: SideAnswer): void {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let done = 0; done < bytes.length; ) done += writeSync(CONTROL_FD, bytes, done);
}
