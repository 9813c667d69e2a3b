import type { SemaphoreSet } from "@ipc-playground/semaphores";

/** The values with which the semaphores begin. The first `seats` of them are the forks, each at 1. */
export function values(seats: number): number[] {
  return new Array(seats).fill(1);
}

/**
 * Eat once, with both forks: the one with the number of the seat, and the next one (for the last seat,
 * fork 0). Asleep while somebody else has one of them.
 */
export function dine(set: SemaphoreSet, seat: number, seats: number, eat: () => void): void {
  // Everybody begins with the lower number, so whoever has the highest fork that is taken can go on.
  const [first = 0, second = 0] = [seat, (seat + 1) % seats].sort((a, b) => a - b);
  set.wait(first);
  set.wait(second);
  eat();
  set.post(second);
  set.post(first);
}
