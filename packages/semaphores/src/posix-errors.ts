import { IpcError } from "@ipc-playground/contract";
import { callError, ERRNO, errnoSymbol } from "@ipc-playground/libc";
import { NAME_BYTES, SEM_VALUE_MAX } from "./limits.ts";

/**
 * The C library's answers to a bad name are EINVAL, ENOENT and ENAMETOOLONG, by turns. This says
 * what is wrong with it.
 *
 * @throws {IpcError} BAD_SEMAPHORE_NAME
 */
export function checkName(name: string): void {
  const wrong = faultOf(name);
  if (wrong === undefined) return;
  throw new IpcError(
    "BAD_SEMAPHORE_NAME",
    `${JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name)} is no name for a POSIX semaphore: ${wrong}`,
    `write a slash, and then 1 to ${NAME_BYTES} bytes without another one: "/door"`,
  );
}

function faultOf(name: string): string | undefined {
  // glibc takes a name without a slash as well, other systems do not.
  if (!name.startsWith("/")) return "it does not begin with a slash";
  if (name.length === 1) return "nothing follows the slash";
  if (name.includes("/", 1)) return "it has a second slash, and semaphores have no folders";
  if (name.includes("\0")) return "it holds a NUL byte";
  const bytes = Buffer.byteLength(name) - 1;
  return bytes > NAME_BYTES ? `${bytes} bytes follow the slash, and ${NAME_BYTES} is the most` : undefined;
}

/**
 * @throws {IpcError} BAD_ARGUMENT: not a whole number from 0. SEMAPHORE_LIMIT: over SEM_VALUE_MAX.
 */
export function checkValue(value: number): void {
  if (value > SEM_VALUE_MAX) throw overflow(`a semaphore cannot begin at ${value}`);
  if (Number.isInteger(value) && value >= 0) return;
  throw new IpcError(
    "BAD_ARGUMENT",
    `a semaphore cannot begin at ${value}`,
    `give a whole number from 0 to ${SEM_VALUE_MAX}`,
  );
}

/** The value would go over SEM_VALUE_MAX. */
export function overflow(fact: string, details: { errno?: string; syscall?: string } = {}): IpcError {
  return new IpcError(
    "SEMAPHORE_LIMIT",
    `${fact}: ${SEM_VALUE_MAX} is the highest value (SEM_VALUE_MAX in limits.h)`,
    "see who posts without having waited; a value so high counts nothing",
    details,
  );
}

/** Why sem_open(3) did not give a semaphore. */
export function openError(returned: number, name: string): IpcError {
  const details = { errno: errnoSymbol(-returned), syscall: "sem_open" };
  switch (-returned) {
    case ERRNO.ENOENT:
      return new IpcError("NO_SUCH_SEMAPHORE", `there is no semaphore ${name}`, "create it first", details);
    case ERRNO.EEXIST:
      return new IpcError(
        "SEMAPHORE_EXISTS",
        `a semaphore ${name} exists already`,
        "open it instead, take another name, or remove it with sem_unlink",
        details,
      );
    case ERRNO.EACCES:
      return new IpcError(
        "NO_PERMISSION",
        `the semaphore ${name} is not open to this user`,
        `its owner chooses its mode when it is made, for reading and writing both; \`ls -l ${fileOf(name)}\` shows it`,
        details,
      );
    case ERRNO.ENOSPC:
      return new IpcError(
        "DISK_FULL",
        `/dev/shm, where POSIX semaphores are kept, has no room for ${name}`,
        "`df /dev/shm` shows how full it is; unlink what nobody uses",
        details,
      );
    default:
      return callError(returned, { syscall: "sem_open", doing: `open the semaphore ${name}` });
  }
}

/** Where glibc and musl keep a named semaphore. sem_overview(7) */
export function fileOf(name: string): string {
  return `/dev/shm/sem.${name.slice(1)}`;
}
