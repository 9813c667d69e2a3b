export { parseServer } from "./client/server-address.ts";
export { DEFAULT_LIMITS, DEFAULT_PORT, LIMITS, type LimitName, type Limits } from "./limits.ts";
export { type ClientMessage, type Command, type Hello, PROTOCOL_VERSION } from "./protocol/client-message.ts";
export { REFUSALS, type Refusal, type RefusalCode } from "./protocol/refusal.ts";
export type {
  Person,
  Position,
  RoomState,
  RoomSummary,
  ServerMessage,
  ServerMessageOf,
} from "./protocol/server-message.ts";
