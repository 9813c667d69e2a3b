import { IpcError } from "@ipc-playground/contract";
import { callError, ERRNO, errnoSymbol } from "@ipc-playground/libc";
import { NAME_BYTES, POSIX_FOLDER, posixRoom } from "./limits.ts";
import { foreign } from "./memory-errors.ts";

/**
 * The kernel's answers to a bad name are EINVAL, ENOENT and ENAMETOOLONG, by turns, and libc takes
 * "shm" for "/shm". This says what is wrong with it.
 *
 * @throws {IpcError} BAD_MEMORY_NAME
 */
export function checkName(name: string): void {
  const wrong = faultOf(name);
  if (wrong === undefined) return;
  throw new IpcError(
    "BAD_MEMORY_NAME",
    `${JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name)} is no name for POSIX shared memory: ${wrong}`,
    `write a slash, and then 1 to ${NAME_BYTES} bytes without another one: "/scores"`,
  );
}

function faultOf(name: string): string | undefined {
  if (!name.startsWith("/")) return "it does not begin with a slash";
  if (name.length === 1) return "nothing follows the slash";
  if (name.includes("/", 1)) return "it has a second slash, and shared memory has no folders";
  if (name.includes("\0")) return "it holds a NUL byte";
  if (name === "/." || name === "/..") return "that is a folder's name";
  const bytes = Buffer.byteLength(name) - 1;
  return bytes > NAME_BYTES ? `${bytes} bytes follow the slash, and ${NAME_BYTES} is the most` : undefined;
}

/** Why shm_open(3) did not give an object. */
export function openError(returned: number, name: string): IpcError {
  const details = { errno: errnoSymbol(-returned), syscall: "shm_open" };
  switch (-returned) {
    case ERRNO.ENOENT:
      return new IpcError(
        "NO_SUCH_MEMORY",
        `there is no shared memory ${name}`,
        `create it first; \`ls ${POSIX_FOLDER}\` shows what there is`,
        details,
      );
    case ERRNO.EEXIST:
      return new IpcError(
        "MEMORY_EXISTS",
        `shared memory ${name} exists already`,
        "open it instead, take another name, or remove it with shm_unlink",
        details,
      );
    case ERRNO.EACCES:
      return new IpcError(
        "NO_PERMISSION",
        `the shared memory ${name} is not open to this user`,
        `its owner chooses its mode when it is made; \`ls -l ${POSIX_FOLDER}\` shows it`,
        details,
      );
    case ERRNO.ELOOP:
    // What glibc makes of EISDIR.
    case ERRNO.EINVAL:
      return notMemory(name);
    case ERRNO.ENOSPC:
      return noRoom(returned, name, 0);
  }
  return callError(returned, { syscall: "shm_open", doing: `open the shared memory ${name}` });
}

export function notMemory(name: string): IpcError {
  return foreign(
    `${POSIX_FOLDER}${name} is no shared memory: a folder, a link, or something else lies under that name`,
    "take another name, or see who put it there",
  );
}

/** There is no room in /dev/shm: what touching the memory would have told by SIGBUS. */
export function noRoom(returned: number, name: string, bytes: number): IpcError {
  const details = { errno: errnoSymbol(-returned), syscall: "fallocate" };
  const room = posixRoom();
  return new IpcError(
    "MEMORY_LIMIT",
    `${POSIX_FOLDER} has no room for ${name} with its ${bytes} bytes: ${room?.bytes ?? "?"} bytes in all, ${room?.freeBytes ?? "?"} free`,
    `remove what nobody uses (\`ls -l ${POSIX_FOLDER}\`), or let an administrator enlarge it: mount -o remount,size=NUMBER ${POSIX_FOLDER} (Docker: --shm-size)`,
    details,
  );
}
