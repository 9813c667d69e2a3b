import type { SemaphoreSet } from "@ipc-playground/semaphores";

export function values(seats: number): number[] {
  return new Array(seats).fill(1);
}

/** First the right fork, everybody: the same circle the other way round. */
export function dine(set: SemaphoreSet, seat: number, seats: number, eat: () => void): void {
  const [left, right] = [seat, (seat + 1) % seats];
  set.wait(right);
  set.wait(left);
  eat();
  set.post(left);
  set.post(right);
}
