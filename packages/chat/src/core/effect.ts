import type { ServerMessage } from "../protocol/server-message.ts";

/**
 * What the room core asks whoever runs it to do, in this order. `S` is whatever stands for a session there:
 * the core compares it and hands it back, and never looks inside.
 */
export type Effect<S> =
  | { readonly kind: "tell"; readonly to: S; readonly message: ServerMessage }
  /**
   * Tell each of them. `to` is the core's own set and changes with the next command: use it before.
   * `by` did it, and is left out; of what somebody said, a door may show it to them all the same.
   */
  | {
      readonly kind: "publish";
      readonly to: ReadonlySet<S>;
      readonly by?: S;
      readonly message: ServerMessage;
    }
  | End<S>;

/** The session is over for the core: let what was told it flow out, and close it. */
export interface End<S> {
  readonly kind: "end";
  readonly to: S;
  readonly why: "quit" | "kicked" | "replaced";
  /** As people are told. */
  readonly reason: string;
  /** Whose session it was. */
  readonly nick: string;
}

export function tell<S>(to: S, message: ServerMessage): Effect<S> {
  return { kind: "tell", to, message };
}

export function publish<S>(to: ReadonlySet<S>, message: ServerMessage, by?: S): Effect<S> {
  return by === undefined ? { kind: "publish", to, message } : { kind: "publish", to, by, message };
}
