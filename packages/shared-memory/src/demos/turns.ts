import type { Log } from "@ipc-playground/lab-kit";
import {
  check,
  IPC_CREAT,
  IPC_EXCL,
  prepareOperations,
  semget,
  semop,
  semSetValues,
} from "@ipc-playground/libc";

/** A set of semaphores, each at first as given: how many turns it has to give. */
export function makeTurns(key: number, values: readonly number[]): number {
  const set = semget(key, values.length, IPC_CREAT | IPC_EXCL | 0o600);
  check(set, { syscall: "semget", doing: "make semaphores" });
  check(semSetValues(set, values), { syscall: "semctl", doing: "set semaphores" });
  return set;
}

/** Take a turn: asleep until there is one. */
export function waitTurn(set: number, index: number): void {
  check(semop(set, prepareOperations([{ index, change: -1 }])), {
    syscall: "semop",
    doing: "wait for a turn",
  });
}

export function giveTurn(set: number, index: number): void {
  check(semop(set, prepareOperations([{ index, change: 1 }])), { syscall: "semop", doing: "give a turn" });
}

/** {@link waitTurn}, told to the log; `flow` names the arrow from who gave it. */
export function tellWait(log: Log, set: number, index: number, flow?: string): void {
  const tell = () => ({ result: "go", ...(flow && { flow: [flow] }) });
  log.call("semop -1", `sem ${index}`, () => waitTurn(set, index), undefined, tell);
}

/** {@link giveTurn}, told to the log. */
export function tellGive(log: Log, set: number, index: number, flow?: string): void {
  const tell = () => (flow ? { flow: [flow] } : {});
  log.call("semop +1", `sem ${index}`, () => giveTurn(set, index), undefined, tell);
}
