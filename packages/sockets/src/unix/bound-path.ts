import { chmodSync, fchmodSync, lstatSync, unlinkSync } from "node:fs";
import { bindSocket } from "@ipc-playground/libc";
import { checkSocket } from "../socket-errors.ts";
import { isAbstract, type UnixPath, unixAddress, unixPathText } from "./address.ts";
import { replaceStalePath } from "./stale-path.ts";

export interface BindOptions {
  /** Remove the path that a dead server left. A living one's, or what is no socket, is never removed. Default `false`. */
  replaceStale?: boolean;
  /** Permissions of the path: who may write, may connect. Default: 0o777 without the umask. */
  mode?: number;
}

/** A path that was bound by this process, which takes it away when it closes the socket. */
export class BoundPath {
  readonly path: UnixPath;
  readonly #identity: string | undefined;

  /** @throws {IpcError} ADDRESS_IN_USE, BAD_ADDRESS, NO_SUCH_FILE, NO_PERMISSION */
  constructor(fd: number, path: UnixPath, { replaceStale = false, mode }: BindOptions) {
    const address = unixAddress(path);
    const bind = () => bindSocket(fd, address);
    // Before the path is there, so that nobody comes in between: bind(2) gives it the socket's own mode.
    if (mode !== undefined) fchmodSync(fd, mode);
    const result = replaceStale && !isAbstract(path) ? replaceStalePath(path, bind) : bind();
    checkSocket(result, "bind", `listen at ${unixPathText(path)}`);
    this.path = path;
    if (isAbstract(path)) return;
    // The umask took its part away all the same.
    if (mode !== undefined) chmodSync(path, mode);
    this.#identity = identity(path);
  }

  /** Remove the path, unless somebody put another one there meanwhile. */
  remove(): void {
    if (this.#identity === undefined || identity(this.path) !== this.#identity) return;
    try {
      unlinkSync(this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}

function identity(path: string): string | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat && `${stat.dev}:${stat.ino}`;
}
