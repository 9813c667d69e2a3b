import type { SemaphoreSet } from "@ipc-playground/semaphores";

export function values(seats: number): number[] {
  return new Array(seats + 1).fill(1);
}

/** No deadlock, as only one sits down: but four forks lie idle while one eats. */
export function dine(set: SemaphoreSet, seat: number, seats: number, eat: () => void): void {
  const [left, right] = [seat, (seat + 1) % seats];
  set.wait(seats);
  set.wait(left);
  set.wait(right);
  eat();
  set.post(right);
  set.post(left);
  set.post(seats);
}
