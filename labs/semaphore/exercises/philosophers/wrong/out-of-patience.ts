import type { SemaphoreSet } from "@ipc-playground/semaphores";

export function values(seats: number): number[] {
  return new Array(seats).fill(1);
}

/** Waits for the right fork for a while, and then eats without it. */
export function dine(set: SemaphoreSet, seat: number, seats: number, eat: () => void): void {
  const [left, right] = [seat, (seat + 1) % seats];
  set.wait(left);
  const got = set.wait(right, { withinMs: 100 });
  eat();
  if (got.kind === "taken") set.post(right);
  set.post(left);
}
