import type { Command } from "../protocol/client-message.ts";
import type { Asker, Outcome } from "./answers.ts";
import { nick, people, quit } from "./people-commands.ts";
import { join, kick, leave, rooms, topic } from "./room-commands.ts";
import type { State } from "./state.ts";
import { say, whisper } from "./talk.ts";

/** Carry out what a person asks. */
export function carryOut<S>(state: State<S>, asker: Asker<S>, command: Command, now: number): Outcome<S> {
  switch (command.type) {
    case "say":
      return say(state, asker, command, now);
    case "whisper":
      return whisper(state, asker, command, now);
    case "nick":
      return nick(state, asker, command, now);
    case "join":
      return join(state, asker, command, now);
    case "leave":
      return leave(state, asker, command, now);
    case "people":
      return people(state, asker, command);
    case "rooms":
      return rooms(state, asker, command);
    case "topic":
      return topic(state, asker, command, now);
    case "kick":
      return kick(state, asker, command, now);
    case "quit":
      return quit(state, asker, command, now);
  }
}
