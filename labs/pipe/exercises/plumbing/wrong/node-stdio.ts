import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { Program } from "../starter.ts";

/** It says "pipe", and it is two pairs of sockets with this process carrying every byte between them. */
export async function plumb([left, ...leftArgs]: Program, [right, ...rightArgs]: Program): Promise<string> {
  const first = spawn(left, leftArgs, { stdio: ["ignore", "pipe", "inherit"] });
  const last = spawn(right, rightArgs, { stdio: ["pipe", "pipe", "inherit"] });
  first.stdout.pipe(last.stdin);
  return text(last.stdout);
}
