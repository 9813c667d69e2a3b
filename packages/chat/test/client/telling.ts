import { onTestFinished } from "vitest";
import { type ChatClient, connectChat } from "../../src/client/client.ts";
import type { ChatOptions } from "../../src/client/options.ts";

type Some = Partial<ChatOptions> & Pick<ChatOptions, "host" | "port">;

/** A client that tries again at once, and what it told, in order. Gone when the test is. */
export function telling(options: Some): { chat: ChatClient; told: string[] } {
  const chat = connectChat({ nick: "ana", idPrefix: "id", random: () => 0, ...options });
  const told: string[] = [];
  chat.on("state", (state) => told.push(state));
  chat.on("waiting", (_, why) => told.push(`waiting: ${why.message} [${why.code}]`));
  chat.on("welcome", ({ nick }, again) => told.push(`welcome ${nick}${again ? " again" : ""}`));
  chat.on("message", ({ room, from, text }) => told.push(`#${room} <${from}> ${text}`));
  chat.on("whisper", ({ from, text }) => told.push(`[${from}] ${text}`));
  chat.on("gap", (room) => told.push(`gap in ${room}`));
  chat.on("people", (room, nicks) => told.push(`in ${room}: ${nicks.join(" ") || "nobody"}`));
  chat.on("kicked", ({ room, by }) => told.push(`kicked ${room ?? "off"} by ${by}`));
  chat.on("refused", ({ code }) => told.push(`refused ${code}`));
  chat.on("shutdown", ({ backInMs }) => told.push(`shutdown ${backInMs}`));
  chat.on("closed", (error) => told.push(`closed: ${error?.message ?? "as wished"}`));
  onTestFinished(() => chat.close());
  return { chat, told };
}
