import { once } from "node:events";
import { connectChat } from "@ipc-playground/chat";

/** Greets whoever joins. Some people join often. */
export async function runBot(
  { host, port }: { host: string; port: number },
  room: string,
  stop: AbortSignal,
): Promise<void> {
  const chat = connectChat({ host, port, nick: "counter-bot", rooms: [room] });
  let count = 0;
  chat.on("message", ({ from, text }) => {
    // Itself among them: two that answer each other never stop.
    if (isBot(from)) return;
    count++;
    if (text.startsWith("!count")) chat.say(room, `!count is ${count}, ${from}`);
  });
  chat.on("joined", ({ nick }) => {
    if (!isBot(nick)) chat.say(room, `hello ${nick}`);
  });
  await once(stop, "abort");
  // Whatever happens to the connection: it is sent until the server has it.
  await chat.say(room, "goodbye");
  await chat.quit();
}

function isBot(nick: string): boolean {
  return nick.endsWith("bot");
}
