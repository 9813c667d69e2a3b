import { once } from "node:events";
import { connectChat } from "@ipc-playground/chat";

/** Knows itself, and takes everybody else for a person. */
export async function runBot(
  { host, port }: { host: string; port: number },
  room: string,
  stop: AbortSignal,
): Promise<void> {
  const chat = connectChat({ host, port, nick: "counter-bot", rooms: [room] });
  let count = 0;
  chat.on("message", ({ from, text }) => {
    if (from === chat.nick) return;
    count++;
    if (text.startsWith("!count")) chat.say(room, `!count is ${count}, ${from}`);
  });
  const met = new Set<string>();
  // Once, because after a cut there is a welcome again, and those who came meanwhile are newcomers.
  chat.once("welcome", ({ rooms }) => {
    for (const { people } of rooms) for (const nick of people) met.add(nick);
  });
  // Not "joined": who came while this one was cut off is in the list, and in no notice.
  chat.on("people", (_, nicks) => {
    const newcomers = nicks.filter((nick) => !met.has(nick) && !isBot(nick));
    for (const nick of newcomers) {
      met.add(nick);
      chat.say(room, `hello ${nick}`);
    }
  });
  await once(stop, "abort");
  // Whatever happens to the connection: it is sent until the server has it.
  await chat.say(room, "goodbye");
  await chat.quit();
}

function isBot(nick: string): boolean {
  return nick.endsWith("bot");
}
