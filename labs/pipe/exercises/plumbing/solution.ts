import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { openPipe } from "@ipc-playground/pipes";

/** A program and its arguments: `["wc", "-l"]`. */
export type Program = [command: string, ...args: string[]];

/** What a shell does for `left | right`. Resolves with what `right` printed. */
export async function plumb(left: Program, right: Program): Promise<string> {
  return text(join(left, right));
}

/** Start both programs with a pipe between them. Returns `right`'s output. */
function join([left, ...leftArgs]: Program, [right, ...rightArgs]: Program): Readable {
  using pipe = openPipe();
  spawn(left, leftArgs, { stdio: ["ignore", pipe.writeEnd.fd, "inherit"] });
  const last = spawn(right, rightArgs, { stdio: [pipe.readEnd.fd, "pipe", "inherit"] });
  return last.stdout as Readable;
  // Here `using` closes both of our descriptors; each child has its own. With our write end open
  // `right` would never see end-of-file, and with our read end open `left` would never get
  // SIGPIPE. pipe(7)
}
