export {
  ChatClient,
  type ChatClientSurface,
  type ChatEvents,
  type ChatOptions,
  type ChatState,
  type ChatTls,
  connectChat,
  parseServer,
  type Receipt,
  refusalOf,
} from "./client/index.ts";
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
