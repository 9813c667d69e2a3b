import { setParentDeathSignal } from "@ipc-playground/libc";

const SIGKILL = 9;

/** End with the coordinator, however it ends: at once, if it is gone already. */
export function endWith(coordinator: number): void {
  setParentDeathSignal(SIGKILL);
  if (process.ppid !== coordinator) process.exit(1);
}
