import type { EventEmitter } from "node:events";
import type { ChatClient } from "../client/client.ts";
import type { ChatEvents } from "../client/events.ts";

/** What a terminal needs of a {@link ChatClient}. */
export type Chat = Pick<
  ChatClient,
  | "state"
  | "nick"
  | "rooms"
  | "roundTrips"
  | "failures"
  | "say"
  | "whisper"
  | "setNick"
  | "join"
  | "leave"
  | "list"
  | "listRooms"
  | "setTopic"
  | "kick"
  | "quit"
  | "close"
> &
  Pick<EventEmitter<ChatEvents>, "on" | "once">;
