import { once } from "node:events";
import type { Log } from "@ipc-playground/lab-kit";
import type { ClientMessage } from "../protocol/client-message.ts";
import type { ServerMessage } from "../protocol/server-message.ts";
import type { Counters } from "../server/counters.ts";
import type { FrontDoor, Request } from "../server/door.ts";
import { frameDoor } from "../server/frame-door.ts";
import type { ChatServerOptions } from "../server/serve-chat.ts";
import { isTold, told } from "./telling.ts";

/** Serve a chat until SIGTERM, and then stop in good order. Returns what the server has counted. */
export async function chatUntilStopped(options: ChatServerOptions = {}): Promise<Counters> {
  const stopped = once(process, "SIGTERM");
  // Loaded here: the clients, which come from the same file, start faster without it.
  const { serveChat } = await import("../server/serve-chat.ts");
  const server = await serveChat(options);
  await stopped;
  await server.drain();
  return { ...server.counters };
}

/**
 * The door for frames, with what comes in by it and what goes out told to the log. `onRequest` is told as well:
 * it stands where the server's own code does.
 */
export function watchedDoor(
  log: Pick<Log, "event">,
  onRequest: (request: ClientMessage) => void = () => {},
): FrontDoor {
  const written = (message: ServerMessage, bytes: Uint8Array, op: string) => {
    if (isTold(message)) log.event(op, { ...told("write", message), bytes: bytes.length });
    return bytes;
  };
  return {
    ...frameDoor,
    /** Once for everybody: hence the word, and an arrow to each of them. */
    encode(messages, here) {
      const bytes = frameDoor.encode(messages, here);
      if (messages.length === 1) return written(messages[0] as ServerMessage, bytes, "encode");
      const flow = messages.flatMap((message) => told("write", message).flow ?? []);
      log.event("encode", { result: `${messages.length} messages`, flow });
      return bytes;
    },
    visit(stream, limits) {
      const visit = frameDoor.visit(stream, limits);
      return {
        ...visit,
        encode: (message) => written(message, visit.encode(message), "write"),
        next() {
          const request = visit.next();
          const message = request === null ? undefined : messageOf(request);
          if (message === undefined) return request;
          onRequest(message);
          if (isTold(message)) log.event("read", told("read", message));
          return request;
        },
      };
    },
  };
}

function messageOf(request: Request): ClientMessage | undefined {
  if (request.kind === "hello") return request.hello;
  return request.kind === "command" ? request.command : undefined;
}
