import { IpcError } from "@ipc-playground/contract";
import {
  addSeals,
  callError,
  ERRNO,
  errnoSymbol,
  F_SEAL_FUTURE_WRITE,
  F_SEAL_GROW,
  F_SEAL_SEAL,
  F_SEAL_SHRINK,
  F_SEAL_WRITE,
  getSeals,
} from "@ipc-playground/libc";

const SEALS = {
  seal: F_SEAL_SEAL,
  shrink: F_SEAL_SHRINK,
  grow: F_SEAL_GROW,
  write: F_SEAL_WRITE,
  "future-write": F_SEAL_FUTURE_WRITE,
} as const;

/** What a seal forbids for good, to everybody. `seal`: any more seals. F_ADD_SEALS(2const) */
export type Seal = keyof typeof SEALS;

/** @throws {IpcError} MEMORY_SEALED, SYSTEM_CALL_FAILED (EBUSY) */
export function addSealsTo(fd: number, name: string, seals: readonly Seal[]): void {
  const bits = seals.reduce((bits, seal) => bits | SEALS[seal], 0);
  const result = addSeals(fd, bits);
  if (result === -(ERRNO.EPERM as number)) throw sealedAgainst(result, "fcntl", `${name} to get a seal`);
  if (result === 0) return;
  throw callError(result, {
    syscall: "fcntl",
    doing: `seal ${name}`,
    nextStep: "close every mapping that may write, in every process, then seal it",
  });
}

/** None for a file of a kind that has none. */
export function sealsOf(fd: number): Seal[] {
  const bits = getSeals(fd);
  return (Object.keys(SEALS) as Seal[]).filter((seal) => bits > 0 && (bits & SEALS[seal]) !== 0);
}

export function sealedAgainst(returned: number, syscall: string, what: string): IpcError {
  return new IpcError(
    "MEMORY_SEALED",
    `a seal does not allow ${what}`,
    "seals are for good: make a new memory file, and copy what is needed",
    { errno: errnoSymbol(-returned), syscall },
  );
}
