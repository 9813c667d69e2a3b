import { randomUUID } from "node:crypto";
import { IpcError } from "@ipc-playground/contract";
import type { SocketAddress } from "@ipc-playground/libc";
import { ABSTRACT_NAME_BYTES, UNIX_PATH_BYTES } from "../limits.ts";

/**
 * Where a Unix socket is: a path in the file system, or an abstract name, which begins with NUL, is
 * nowhere to be seen but in /proc/net/unix, and goes with its socket. unix(7)
 */
export type UnixPath = string;

/** An abstract name that nobody else has. */
export function newAbstractName(): UnixPath {
  return `\0ipc-playground-${randomUUID()}`;
}

export function isAbstract(path: UnixPath): boolean {
  return path.startsWith("\0");
}

/** The name as people write it: `@name` for an abstract one. */
export function unixPathText(path: UnixPath): string {
  return isAbstract(path) ? `@${path.slice(1)}` : path;
}

/**
 * The address for the kernel. A path that does not fit is refused here: others cut it, and then two
 * programs with different paths meet, or one listens where nobody looks.
 *
 * @throws {IpcError} BAD_ADDRESS: empty, over 107 bytes (UTF-8), or with a NUL inside a path.
 */
export function unixAddress(path: UnixPath): SocketAddress {
  const abstract = isAbstract(path);
  const bytes = Buffer.byteLength(path) - (abstract ? 1 : 0);
  const most = abstract ? ABSTRACT_NAME_BYTES : UNIX_PATH_BYTES;
  if (bytes > most) {
    throw new IpcError(
      "BAD_ADDRESS",
      `${unixPathText(path)} is ${bytes} bytes long, and a Unix socket's address has room for ${most}`,
      "take a shorter path: /run/user/UID, a path relative to the current directory, or /proc/self/fd/DIRFD/NAME",
    );
  }
  if (bytes === 0) {
    throw new IpcError("BAD_ADDRESS", "an empty path is no address", "give a path, or NUL and a name");
  }
  if (!abstract && path.includes("\0")) {
    throw new IpcError(
      "BAD_ADDRESS",
      `${JSON.stringify(path)} has a NUL inside, where the kernel would end it`,
      "take the NUL out, or put it first for an abstract name",
    );
  }
  return { family: "unix", path };
}
