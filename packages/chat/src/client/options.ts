import type { HeartbeatOptions, ReconnectOptions } from "@ipc-playground/sockets";
import type { ChatTls } from "./secure.ts";

/** Where to go and who to be; how to wait and try again. */
export interface ChatOptions extends Omit<ReconnectOptions, "allowHalfOpen"> {
  nick: string;
  /** If the server has one. */
  password?: string | undefined;
  /** `{}`: over TLS, with a certificate that Node trusts. Default: no TLS. */
  tls?: ChatTls | undefined;
  /** To join at once. Default: the room that everybody begins in. */
  rooms?: readonly string[] | undefined;
  /** Messages that may wait to be acknowledged, offline or online. One more is rejected. Default: 1,000. */
  maxUnsent?: number;
  /** Milliseconds in which the server must answer the hello. Default: 10 s. */
  greetMs?: number;
  /** When to look whether the server is still there. */
  heartbeat?: Omit<HeartbeatOptions, "clock">;
  /** What the ids of this client's messages begin with: nobody else's do. Default: made up. */
  idPrefix?: string;
}

export const DEFAULT_MAX_UNSENT = 1_000;

/** Milliseconds in which the server must answer the hello: as long as it waits for one. */
export const DEFAULT_GREET_MS = 10_000;
