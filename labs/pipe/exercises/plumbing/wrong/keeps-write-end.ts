import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { openPipe } from "@ipc-playground/pipes";
import type { Program } from "../starter.ts";

/** "The writer has ended, so the pipe has no writer": but this process has the write end open, too. */
export async function plumb([left, ...leftArgs]: Program, [right, ...rightArgs]: Program): Promise<string> {
  using pipe = openPipe();
  spawn(left, leftArgs, { stdio: ["ignore", pipe.writeEnd.fd, "inherit"] });
  const last = spawn(right, rightArgs, { stdio: [pipe.readEnd.fd, "pipe", "inherit"] });
  pipe.readEnd.close();
  return await text(last.stdout as NonNullable<typeof last.stdout>);
}
