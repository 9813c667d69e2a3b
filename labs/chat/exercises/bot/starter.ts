import { once } from "node:events";
import { connectChat } from "@ipc-playground/chat";

/**
 * Be in that room as counter-bot until `stop` is aborted: tell whoever asks how much has been said, and greet
 * those who come. Resolves when it has left.
 */
export async function runBot(
  { host, port }: { host: string; port: number },
  room: string,
  stop: AbortSignal,
): Promise<void> {
  const chat = connectChat({ host, port, nick: "counter-bot", rooms: [room] });
  let count = 0;
  chat.on("message", ({ from, text }) => {
    count++;
    if (text.startsWith("!count")) chat.say(room, `!count is ${count}, ${from}`);
  });
  chat.on("joined", ({ nick }) => {
    chat.say(room, `hello ${nick}`);
  });
  await once(stop, "abort");
  chat.close();
}
