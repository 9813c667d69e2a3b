import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { openPipe } from "@ipc-playground/pipes";
import type { Program } from "../starter.ts";

/** "First left, then right": right for as long as everything that left has to say fits into the pipe. */
export async function plumb([left, ...leftArgs]: Program, [right, ...rightArgs]: Program): Promise<string> {
  using pipe = openPipe();
  const first = spawn(left, leftArgs, { stdio: ["ignore", pipe.writeEnd.fd, "inherit"] });
  await once(first, "exit");
  const last = spawn(right, rightArgs, { stdio: [pipe.readEnd.fd, "pipe", "inherit"] });
  pipe[Symbol.dispose]();
  return await text(last.stdout as NonNullable<typeof last.stdout>);
}
