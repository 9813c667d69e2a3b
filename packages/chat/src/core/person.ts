import type { Repeats } from "./repeats.ts";
import type { Room } from "./room.ts";

/** Where a session came from. */
export interface Visitor {
  /** Address and port. */
  readonly from: string;
  readonly door: string;
  /** Whether it could come back with its token: a plain client does not know that it has one. */
  readonly resumable: boolean;
}

/** Somebody with a nickname: online, or cut off and awaited. */
export interface Person<S> {
  nick: string;
  /** A secret between the person and the server. */
  readonly token: string;
  /** `undefined`: cut off. */
  session: S | undefined;
  visitor: Visitor;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** By folded name. Kept while the person is awaited. */
  readonly rooms: Map<string, Room<S>>;
  readonly repeats: Repeats;
  /** When nobody waits for them any more, in the clock of the commands. */
  awaitedUntil: number;
}
