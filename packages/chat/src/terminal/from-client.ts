import type { Chat } from "./client.ts";
import { harmless } from "./harmless.ts";
import type { NetworkEvent } from "./model.ts";

/** Tell everything that the client tells, harmless. */
export function follow(client: Chat, tell: (event: NetworkEvent) => void): void {
  const pass = (event: NetworkEvent) => tell(harmless(event));
  client.on("state", (state) => {
    if (state === "connecting") pass({ type: "link", link: { state, failures: client.failures } });
    else if (state !== "waiting") pass({ type: "link", link: { state } });
  });
  client.on("waiting", (delayMs, why) => {
    const { failures } = client;
    pass({ type: "link", link: { state: "waiting", failures, until: Date.now() + delayMs, why: why.fact } });
  });
  client.on("welcome", (welcome, again) => pass({ type: "welcomed", welcome, again }));
  // Before anything that is said in it.
  client.on("raw", (message) => message.type === "room" && pass(message));
  client.on("people", (room, nicks) => pass({ type: "here", room, nicks }));
  client.on("gap", (room) => pass({ type: "gap", room }));
  for (const type of ["message", "whisper", "joined", "left", "renamed", "topic", "owner"] as const) {
    client.on(type, pass);
  }
  for (const type of ["kicked", "notice", "shutdown"] as const) client.on(type, pass);
  client.on("refused", pass);
}
