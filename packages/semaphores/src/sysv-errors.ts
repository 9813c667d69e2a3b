import { IpcError } from "@ipc-playground/contract";
import { callError, ERRNO, errnoSymbol } from "@ipc-playground/libc";
import { describeLimit, howToRaise, type KernelLimit, readLimit, SEMVMX, SYSV_LIMITS } from "./limits.ts";
import { listSemaphoreSets } from "./sysv-list.ts";

/** A key as `ipcs` prints it: `0x1c00002a`. */
export function keyText(key: number): string {
  return `0x${(key >>> 0).toString(16).padStart(8, "0")}`;
}

/** Why semget(2) did not give a set. `count`: semaphores that were asked for. */
export function getError(returned: number, key: number, count: number): IpcError {
  const details = { errno: errnoSymbol(-returned), syscall: "semget" };
  switch (-returned) {
    case ERRNO.EEXIST:
      return new IpcError(
        "SEMAPHORE_EXISTS",
        `a semaphore set with key ${keyText(key)} exists already`,
        "open it instead, take another key, or remove it: `ipcs -s` shows it, `ipcrm -S KEY` removes it",
        details,
      );
    case ERRNO.ENOENT:
      return new IpcError(
        "NO_SUCH_SEMAPHORE",
        `there is no semaphore set with key ${keyText(key)}`,
        "create it first, and compare the key with `ipcs -s`",
        details,
      );
    case ERRNO.EACCES:
      return new IpcError(
        "NO_PERMISSION",
        `the semaphore set with key ${keyText(key)} is not open to this user`,
        "`ipcs -s` shows its owner and permissions; the owner can open it to others with its mode",
        details,
      );
    case ERRNO.ENOSPC: {
      const sets = SYSV_LIMITS.sets;
      const full = listSemaphoreSets().length >= (readLimit(sets) ?? Number.POSITIVE_INFINITY);
      return limitError("no more semaphores can be made", full ? sets : SYSV_LIMITS.semaphores, details);
    }
    case ERRNO.EINVAL:
      if (count > (readLimit(SYSV_LIMITS.setSize) ?? Number.POSITIVE_INFINITY))
        return limitError(`a set cannot have ${count} semaphores`, SYSV_LIMITS.setSize, details);
      return new IpcError(
        "BAD_ARGUMENT",
        `the semaphore set with key ${keyText(key)} has fewer than ${count} semaphores`,
        "ask for as many as it has: `ipcs -s` shows it",
        details,
      );
    default:
      return callError(returned, {
        syscall: "semget",
        doing: `get the semaphore set with key ${keyText(key)}`,
      });
  }
}

function limitError(
  fact: string,
  limit: KernelLimit,
  details: { errno?: string; syscall?: string },
): IpcError {
  return new IpcError(
    "SEMAPHORE_LIMIT",
    `${fact}: there may be ${describeLimit(limit)}`,
    `do with fewer; ${howToRaise(limit)}`,
    details,
  );
}

/**
 * @throws {IpcError} BAD_ARGUMENT: not a whole number from 0. SEMAPHORE_LIMIT: over SEMVMX.
 */
export function checkValues(values: readonly number[]): void {
  for (const value of values) {
    if (value > SEMVMX) throw overflow(`a semaphore of a set cannot have the value ${value}`);
    if (Number.isInteger(value) && value >= 0) continue;
    throw new IpcError(
      "BAD_ARGUMENT",
      `a semaphore of a set cannot have the value ${value}`,
      `give whole numbers from 0 to ${SEMVMX}`,
    );
  }
}

/** A value would go over SEMVMX. */
export function overflow(fact: string, details: { errno?: string; syscall?: string } = {}): IpcError {
  return new IpcError(
    "SEMAPHORE_LIMIT",
    `${fact}: ${SEMVMX} is the highest value, and the most that can be given back for a process (SEMVMX)`,
    "see who posts without having waited; count higher numbers in shared memory",
    details,
  );
}

/** Why semop(2) did nothing. */
export function operateError(returned: number, set: string, count: number): IpcError {
  const details = { errno: errnoSymbol(-returned), syscall: "semtimedop" };
  switch (-returned) {
    case ERRNO.EFBIG:
      return new IpcError(
        "BAD_ARGUMENT",
        `an operation names a semaphore that ${set} does not have`,
        "indexes begin at 0; stat().count says how many there are",
        details,
      );
    case ERRNO.E2BIG:
      return limitError(`${count} operations are too many`, SYSV_LIMITS.operations, details);
    case ERRNO.ERANGE:
      return overflow(`a semaphore of ${set} would go too high`, details);
    case ERRNO.ENOSPC:
      return new IpcError(
        "SEMAPHORE_LIMIT",
        `the kernel has no room to remember what to give back (SEM_UNDO) of ${set}`,
        "do without undo, or end processes that hold semaphores",
        details,
      );
    default:
      return goneOr(returned, set, "semtimedop", "operate on");
  }
}

/** The set is gone, which EIDRM tells sleepers and EINVAL those who come later; or something else is wrong. */
export function goneOr(returned: number, set: string, syscall: string, doing: string): IpcError {
  if (-returned === ERRNO.EIDRM || -returned === ERRNO.EINVAL) {
    return new IpcError(
      "SEMAPHORE_REMOVED",
      `${set} was removed`,
      "whoever removes a set should first tell those who use it; make a new one, with a new id",
      { errno: errnoSymbol(-returned), syscall },
    );
  }
  return callError(returned, {
    syscall,
    doing: `${doing} ${set}`,
    ...(-returned === ERRNO.EACCES && { nextStep: "`ipcs -s` shows the set's owner and permissions" }),
  });
}
