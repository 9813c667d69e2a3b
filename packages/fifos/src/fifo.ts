import { unlinkSync } from "node:fs";
import { mkfifo } from "@ipc-playground/libc";
import { assertPath, pathError } from "./path.ts";

export interface MakeFifoOptions {
  /**
   * Who may open it, as chmod(1) has it; the umask takes its bits away. To use a FIFO both ways
   * round, read and write permission are needed. Default `0o600`: only the user who made it.
   */
  mode?: number;
}

/** A FIFO's name in the file system. Disposing unlinks it. */
export interface Fifo extends Disposable {
  readonly path: string;
  /**
   * Remove the name: nobody can open it any more. Who has it open is not disturbed, and the FIFO
   * is gone when the last of them has closed it. Twice is harmless, as long as nobody makes a
   * new file of that name in between.
   *
   * @throws {IpcError} NO_PERMISSION: the folder may not be changed.
   */
  unlink(): void;
}

/**
 * Make a FIFO: a pipe that processes find by its path. Nothing is opened yet, and nothing waits.
 *
 * @throws {IpcError} FILE_EXISTS: something of that name is there already, a FIFO or not.
 * @throws {IpcError} NO_SUCH_FILE: the folder does not exist.
 * @throws {IpcError} NO_PERMISSION, DISK_FULL (no space, no inode or no quota is left).
 * @throws {IpcError} BAD_ARGUMENT: the path is empty, too long or has a NUL in it.
 * @see mkfifo(3), fifo(7)
 */
export function makeFifo(path: string, { mode = 0o600 }: MakeFifoOptions = {}): Fifo {
  assertPath(path);
  const result = mkfifo(path, mode);
  if (result < 0) throw pathError(result, "mkfifo", `make the FIFO ${path}`, path);
  const unlink = () => {
    try {
      unlinkSync(path);
    } catch (cause) {
      const { code, errno } = cause as NodeJS.ErrnoException;
      if (code !== "ENOENT") throw pathError(errno ?? 0, "unlink", `unlink ${path}`, path);
    }
  };
  return { path, unlink, [Symbol.dispose]: unlink };
}
