import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/** A program and its arguments: `["wc", "-l"]`. */
export type Program = [command: string, ...args: string[]];

/**
 * What a shell does for `left | right`: run two programs, joined by one pipe. Resolves with what
 * `right` printed.
 *
 * - The join is a pipe(2): the kernel carries the bytes, and this process never sees them.
 * - Both programs run at the same time.
 * - `right` gets end-of-file when `left` has ended; `left` gets SIGPIPE when `right` has.
 * - No descriptor is open afterwards that was not open before.
 */
export async function plumb(left: Program, right: Program): Promise<string> {
  // Two programs, and nothing between them yet. `openPipe()` of @ipc-playground/pipes makes a
  // pipe; a number in `stdio` hands the child that descriptor.
  start(left, ["ignore", "ignore", "inherit"]);
  const last = start(right, ["ignore", "pipe", "inherit"]);
  return last.stdout ? text(last.stdout) : "";
}

function start([command, ...args]: Program, stdio: ("ignore" | "inherit" | "pipe" | number)[]) {
  return spawn(command, args, { stdio });
}
