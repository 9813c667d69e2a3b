import type { SemaphoreSet } from "@ipc-playground/semaphores";

export function values(seats: number): number[] {
  return new Array(seats).fill(1);
}

/** Gives up for good when the right fork is taken: nobody is stuck, and somebody is hungry. */
export function dine(set: SemaphoreSet, seat: number, seats: number, eat: () => void): void {
  const [left, right] = [seat, (seat + 1) % seats];
  set.wait(left);
  if (set.wait(right, { noWait: true }).kind === "taken") {
    eat();
    set.post(right);
  }
  set.post(left);
}
