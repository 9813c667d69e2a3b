import { IpcError } from "@ipc-playground/contract";
import { callError, ERRNO, errnoSymbol } from "@ipc-playground/libc";
import { describeLimit, howToRaise, readLimit, SYSV_LIMITS } from "./limits.ts";
import { listSysvMemory } from "./sysv-list.ts";

/** A key as `ipcs` prints it: `0x1c00002a`. */
export function keyText(key: number): string {
  return `0x${(key >>> 0).toString(16).padStart(8, "0")}`;
}

/** @throws {IpcError} BAD_ARGUMENT: no key; 0 is IPC_PRIVATE, which nobody could find again. */
export function checkKey(key: number): void {
  if (Number.isInteger(key) && key !== 0 && key >= -(2 ** 31) && key < 2 ** 32 - 1) return;
  throw new IpcError(
    "BAD_ARGUMENT",
    `${key} is no key of a System V segment`,
    "give a whole number of 32 bits other than 0, for example from ftok(3)",
  );
}

/** Why shmget(2) or shmat(2) did not give a segment. `bytes`: the size, if one was to be made. */
export function getError(returned: number, key: number, bytes?: number): IpcError {
  const details = { errno: errnoSymbol(-returned), syscall: "shmget" };
  if (bytes !== undefined && [ERRNO.EINVAL, ERRNO.ENOSPC, ERRNO.ENOMEM].includes(-returned))
    return limitError(-returned, key, bytes, details);
  switch (-returned) {
    case ERRNO.EEXIST:
      return new IpcError(
        "MEMORY_EXISTS",
        `a segment with key ${keyText(key)} exists already`,
        "open it instead, take another key, or remove it: `ipcs -m` shows it, `ipcrm -M KEY` removes it",
        details,
      );
    case ERRNO.EACCES:
    case ERRNO.EPERM:
      return new IpcError(
        "NO_PERMISSION",
        `the segment with key ${keyText(key)} is not open to this user`,
        "`ipcs -m` shows its owner and permissions; the owner chooses them when it is made",
        details,
      );
    // Of an id: there is no segment that has it any more.
    case ERRNO.EINVAL:
    case ERRNO.ENOENT:
    case ERRNO.EIDRM:
      return new IpcError(
        "NO_SUCH_MEMORY",
        `there is no segment with key ${keyText(key)}`,
        "create it first, and compare the key with `ipcs -m`",
        details,
      );
  }
  return callError(returned, { syscall: "shmget", doing: `open the segment with key ${keyText(key)}` });
}

/** EINVAL is one segment too large; ENOSPC is one too many, or all together too large; ENOMEM is no memory. */
function limitError(
  errno: number,
  key: number,
  bytes: number,
  details: { errno: string; syscall: string },
): IpcError {
  const what = `a segment of ${bytes} bytes with key ${keyText(key)}`;
  if (errno === ERRNO.ENOMEM) {
    const fact = `this machine has no memory for ${what}`;
    return new IpcError("MEMORY_LIMIT", fact, "ask for less, or end what takes the memory", details);
  }
  const tooMany = listSysvMemory().length >= (readLimit(SYSV_LIMITS.segments) ?? Number.POSITIVE_INFINITY);
  const limit =
    errno === ERRNO.EINVAL ? SYSV_LIMITS.segmentBytes : tooMany ? SYSV_LIMITS.segments : SYSV_LIMITS.allPages;
  return new IpcError(
    "MEMORY_LIMIT",
    `there is no room for ${what}: at most ${describeLimit(limit)}`,
    `ask for less, or remove segments that nobody uses (\`ipcs -m\`, \`ipcrm -m ID\`); ${howToRaise(limit)}`,
    details,
  );
}
