import { createServer, type Server } from "node:net";
import { createInterface } from "node:readline";
import { type Chance, type Effect, People } from "./chat.ts";

type Core = (people: People, nick: string, line: string, chance: Chance) => Effect[];

/**
 * A door to a core, for `nc`: the first line is the nickname, and every other is a line of the chat. What is
 * not pure is here, and only here: the sockets, and chance.
 */
export function openDoor(core: Core): Server {
  const people = new People();
  const tellers = new Map<string, (line: string) => void>();
  const carryOut = (nick: string, line: string) => {
    for (const effect of core(people, nick, line, Math.random)) tellers.get(effect.to)?.(effect.line);
  };
  return createServer((socket) => {
    let nick: string | undefined;
    const lines = createInterface(socket);
    // It passes on what breaks the socket, whose "close" follows.
    lines.on("error", () => {});
    lines.on("line", (line) => {
      if (nick !== undefined) return carryOut(nick, line);
      if (people.has(line)) return void socket.write("! that name is taken\n");
      nick = line;
      people.add(nick);
      tellers.set(nick, (text) => socket.write(`${text}\n`));
      carryOut(nick, "/join lobby");
    });
    socket.once("close", () => {
      if (nick === undefined) return;
      tellers.delete(nick);
      carryOut(nick, "/leave");
      people.remove(nick);
    });
  });
}
