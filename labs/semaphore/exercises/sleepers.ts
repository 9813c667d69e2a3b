import { Onlooker } from "@ipc-playground/lab-kit/exercises";
import type { Actor } from "@ipc-playground/lab-kit/runner";
import { semLastPid } from "@ipc-playground/libc";
import { pendingSemop } from "@ipc-playground/semaphores";

/** Watches processes that share a set of semaphores, and tells who sleeps in which of them. */
export class Sleepers extends Onlooker {
  /** @param nameOf What a semaphore of the set is called. */
  constructor(actors: readonly Actor[], set: number, nameOf = (index: number) => `semaphore ${index}`) {
    super(actors, (actor) => stateOf(actor, actors, set, nameOf));
  }
}

/** "is asleep on semaphore 1, which Ben changed last". */
function stateOf(
  actor: Actor,
  actors: readonly Actor[],
  set: number,
  nameOf: (index: number) => string,
): string {
  if (!actor.running) return actor.whereabouts();
  const pending = pendingSemop(actor.pid);
  if (pending?.set !== set) return `is ${actor.whereabouts()}`;
  const where = pending.operations.map(({ index }) => nameOf(index)).join(" and ");
  const last = semLastPid(set, pending.operations[0]?.index ?? 0);
  const who = actors.find((other) => other.pid === last && other !== actor);
  return `is asleep on ${where}${who === undefined ? "" : `, which ${who.name} changed last`}`;
}
