import { spawn } from "node:child_process";
import { once } from "node:events";
import { openPipe } from "@ipc-playground/pipes";
import type { Program } from "../starter.ts";

/** A second pipe brings the answer, and its read end stays open: one descriptor more with each call. */
export async function plumb([left, ...leftArgs]: Program, [right, ...rightArgs]: Program): Promise<string> {
  const pipe = openPipe();
  const answer = openPipe();
  spawn(left, leftArgs, { stdio: ["ignore", pipe.writeEnd.fd, "inherit"] });
  const last = spawn(right, rightArgs, { stdio: [pipe.readEnd.fd, answer.writeEnd.fd, "inherit"] });
  pipe[Symbol.dispose]();
  answer.writeEnd.close();
  await once(last, "exit");
  return Buffer.from(answer.readEnd.readToEnd()).toString();
}
