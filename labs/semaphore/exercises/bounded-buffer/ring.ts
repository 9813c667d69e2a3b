/** The buffer itself: a ring of places in memory that all processes share. It is not safe by itself. */
export interface Ring {
  readonly capacity: number;
  /** Put an item behind the others. Throws if it is full. */
  add(item: number): void;
  /** Take the oldest item out. Throws if it is empty. */
  remove(): number;
}
