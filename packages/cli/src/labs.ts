import chat from "@ipc-playground/lab-chat";
import fifo from "@ipc-playground/lab-fifo";
import type { Lab } from "@ipc-playground/lab-kit";
import messageQueue from "@ipc-playground/lab-message-queue";
import pipe from "@ipc-playground/lab-pipe";
import semaphore from "@ipc-playground/lab-semaphore";
import sharedMemory from "@ipc-playground/lab-shared-memory";
import signal from "@ipc-playground/lab-signal";
import socket from "@ipc-playground/lab-socket";
import tcp from "@ipc-playground/lab-tcp";
import { unknownName } from "./nearest.ts";

export const LABS: readonly Lab[] = [
  pipe,
  fifo,
  signal,
  messageQueue,
  sharedMemory,
  semaphore,
  socket,
  tcp,
  chat,
];

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
