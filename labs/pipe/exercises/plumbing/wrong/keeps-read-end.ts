import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { openPipe } from "@ipc-playground/pipes";
import type { Program } from "../starter.ts";

/** "Only the write end matters": a writer whose reader has left goes on, because we could still read. */
export async function plumb([left, ...leftArgs]: Program, [right, ...rightArgs]: Program): Promise<string> {
  const pipe = openPipe();
  spawn(left, leftArgs, { stdio: ["ignore", pipe.writeEnd.fd, "inherit"] });
  const last = spawn(right, rightArgs, { stdio: [pipe.readEnd.fd, "pipe", "inherit"] });
  pipe.writeEnd.close();
  return text(last.stdout as NonNullable<typeof last.stdout>);
}
