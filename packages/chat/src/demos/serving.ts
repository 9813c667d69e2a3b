import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Log } from "@ipc-playground/lab-kit";
import { openDescriptors, type TcpSocket, tcpSockets } from "@ipc-playground/libc";
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

/** Calls of write(2) that a process has made so far. `undefined`: this kernel does not say. proc_pid_io(5) */
export function writesOf({ pid }: Owner): number | undefined {
  try {
    const [, calls] = /^syscw: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, "utf8")) ?? [];
    return calls === undefined ? undefined : Number(calls);
  } catch {
    return undefined;
  }
}

/** What of a process a look at its sockets needs. */
type Owner = { pid: number };

/** A process's TCP sockets over IPv4, as /proc/net/tcp has them. */
export function socketLines({ pid }: Owner): TcpSocket[] {
  const own = new Set((openDescriptors(pid) ?? []).map(({ target }) => target));
  return tcpSockets().filter(({ inode }) => own.has(`socket:[${inode}]`));
}

/** The port on which a process listens. `undefined` as long as it does not. */
export function portOf(owner: Owner): number | undefined {
  return socketLines(owner).find(({ state }) => state === "LISTEN")?.localPort;
}

/** Both ends of a client's connection to that port: what the server's kernel has to send, what the client has not read. */
export function endsOf(client: Owner, port: number): { server: TcpSocket; client: TcpSocket } | undefined {
  const near = socketLines(client).find(({ remotePort }) => remotePort === port);
  const far = tcpSockets(port).find(({ remotePort }) => remotePort === near?.localPort);
  return near === undefined || far === undefined ? undefined : { server: far, client: near };
}
