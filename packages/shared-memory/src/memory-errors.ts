import { IpcError } from "@ipc-playground/contract";
import { callError, ERRNO, errnoSymbol } from "@ipc-playground/libc";
import { memoryRoom, VIEW_BYTES } from "./limits.ts";

/**
 * A size can be asked for if it is a whole number from 1, Node can show it, and the machine could ever have it.
 *
 * @throws {IpcError} BAD_ARGUMENT, MEMORY_LIMIT
 */
export function checkBytes(bytes: number): void {
  if (!Number.isSafeInteger(bytes) || bytes < 1) {
    throw new IpcError(
      "BAD_ARGUMENT",
      `shared memory cannot have ${bytes} bytes`,
      "give a whole number from 1",
    );
  }
  if (bytes > VIEW_BYTES) {
    throw new IpcError(
      "MEMORY_LIMIT",
      `${bytes} bytes are more than Node ${process.version} can show in one piece: ${VIEW_BYTES} bytes (node:buffer, MAX_LENGTH)`,
      "use several pieces",
    );
  }
}

/**
 * The kernel hands out memory that it does not have, and kills a process when it is touched: refuse
 * before that what could not be there.
 *
 * @throws {IpcError} MEMORY_LIMIT
 */
export function checkRoom(bytes: number): void {
  const room = memoryRoom();
  if (bytes <= room) return;
  throw new IpcError(
    "MEMORY_LIMIT",
    `${bytes} bytes are more than this machine has to give: ${room} bytes (proc_meminfo(5), MemAvailable and SwapFree; the control group's limit)`,
    "ask for less, or end what takes the memory",
  );
}

/** @throws {IpcError} BAD_ARGUMENT: no nine permission bits. */
export function checkMode(mode: number): void {
  if (Number.isInteger(mode) && mode >= 0 && mode <= 0o777) return;
  throw new IpcError(
    "BAD_ARGUMENT",
    `${mode} are no permission bits`,
    "give a number from 0 to 0o777, such as 0o600",
  );
}

/**
 * What is there must have room for what should be in it.
 *
 * @throws {IpcError} MEMORY_FOREIGN
 */
export function checkHolds(what: string, bytes: number, wanted: number | undefined): void {
  if (bytes === 0) {
    throw foreign(
      `${what} has 0 bytes: whoever made it has not given it a size yet`,
      "open it when its maker says that it is ready",
    );
  }
  if (wanted === undefined || wanted <= bytes) return;
  throw foreign(
    `${what} has ${bytes} bytes, and ${wanted} were to be in it`,
    "open what was made for this, and compare the sizes of both programs",
  );
}

export function foreign(fact: string, nextStep: string): IpcError {
  return new IpcError("MEMORY_FOREIGN", fact, nextStep);
}

/** Why mmap(2) or shmat(2) did not show it. */
export function mapError(returned: number, syscall: "mmap" | "shmat", what: string): IpcError {
  const details = { errno: errnoSymbol(-returned), syscall };
  if (-returned === ERRNO.ENOMEM) {
    return new IpcError(
      "MEMORY_LIMIT",
      `there is no room in this process for ${what}: addresses, or mappings (/proc/sys/vm/max_map_count)`,
      "close what is not used any more; `ulimit -v` must not be too small",
      details,
    );
  }
  return callError(returned, { syscall, doing: `map ${what}` });
}
