import { closeSync, constants, lstatSync, openSync, unlinkSync } from "node:fs";
import { dirname } from "node:path";
import { IpcError } from "@ipc-playground/contract";
import { close, connectSocket, ERRNO, flock, LOCK_EX, LOCK_NB, socket } from "@ipc-playground/libc";
import { checkSocket } from "../socket-errors.ts";
import { type UnixPath, unixAddress } from "./address.ts";

/** `stale`: a socket's path that no socket has any more. `other`: something that is no socket. */
export type PathState = "free" | "live" | "stale" | "other";

/**
 * What is at a path, without disturbing a server there: a datagram socket tries to connect. The kernel
 * looks for the socket before it compares types, so EPROTOTYPE proves a stream or seqpacket server, one
 * included that is bound and not listening yet; ECONNREFUSED proves that the path belongs to nobody.
 *
 * @throws {IpcError} BAD_ADDRESS; NO_PERMISSION: this user may not ask.
 */
export function pathState(path: UnixPath): PathState {
  const address = unixAddress(path);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return "free";
  if (!stat.isSocket()) return "other";
  const fd = checkSocket(socket("unix", "datagram"), "socket", "look who listens");
  const result = connectSocket(fd, address);
  close(fd);
  if (result === -(ERRNO.ECONNREFUSED as number)) return "stale";
  if (result === -(ERRNO.ENOENT as number)) return "free";
  if (result === -(ERRNO.EACCES as number)) checkSocket(result, "connect", `ask who listens at ${path}`);
  return "live";
}

/**
 * Remove a path that a dead server left, and bind there: `bind` gives the result of bind(2). Of several
 * that do this at once, each holds a lock on the folder meanwhile, so that none takes another's new path
 * for an old one.
 *
 * @throws {IpcError} ADDRESS_IN_USE: the server lives, or the path is no socket. Nothing was removed.
 */
export function replaceStalePath(path: UnixPath, bind: () => number): number {
  const folder = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    lock(folder, path);
    const state = pathState(path);
    if (state === "live" || state === "other") throw inTheWay(path, state);
    if (state === "stale") unlinkSync(path);
    return bind();
  } finally {
    // Closing gives the lock back.
    closeSync(folder);
  }
}

/** How long another one may take to replace a path of the same folder, in milliseconds, and how often to ask. */
const LOCK_WITHIN_MS = 5_000;
const ASK_EVERY_MS = 2;

function lock(folder: number, path: string): void {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const deadline = performance.now() + LOCK_WITHIN_MS;
  while (flock(folder, LOCK_EX | LOCK_NB) < 0) {
    if (performance.now() > deadline) {
      throw new IpcError(
        "DEADLINE_PASSED",
        `somebody holds a lock on ${dirname(path)} and does not let go`,
        "`lslocks` shows who; use a folder of your own",
      );
    }
    Atomics.wait(cell, 0, 0, ASK_EVERY_MS);
  }
}

function inTheWay(path: string, state: "live" | "other"): IpcError {
  return state === "live"
    ? new IpcError(
        "ADDRESS_IN_USE",
        `a running program has ${path} as its address`,
        "stop it first, or take another path; `ss -xlp` shows who it is",
        { errno: "EADDRINUSE", syscall: "bind" },
      )
    : new IpcError(
        "ADDRESS_IN_USE",
        `${path} is there already, and it is no socket`,
        "take another path; what is no socket is never removed",
        { errno: "EADDRINUSE", syscall: "bind" },
      );
}
