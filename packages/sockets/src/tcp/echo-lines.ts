import { frames, lines } from "@ipc-playground/framing";
import type { Connection, ConnectionInfo } from "./connection.ts";
import { drained, goodbye } from "./goodbye.ts";
import type { TcpServer } from "./tcp-server.ts";

/** The longest line that is echoed, in bytes. */
const MAX_LINE_BYTES = 4_096;

/** `/list` shows so many connections: an answer that grows with the number of clients is a weapon. */
const LISTED = 100;

/**
 * A handler for {@link serve}: sends every line back, and answers three commands. `/info`: what the server
 * knows of this connection; `/list`: of all of them; `/quit`: goodbye.
 */
export async function echoLines(connection: Connection, server: TcpServer): Promise<void> {
  const { socket } = connection;
  const codec = lines({
    max: MAX_LINE_BYTES,
    onOversize: "discard",
    onDiscard: (bytes) =>
      connection.send(`! a line of ${bytes} bytes was left out: at most ${MAX_LINE_BYTES}\n`),
    eof: "emit",
  });
  for await (const batch of frames(socket.iterator({ destroyOnReturn: false }), codec)) {
    for (const line of batch) {
      connection.messages++;
      if (line === "/quit") {
        await goodbye(socket, `goodbye after ${connection.messages} messages\n`);
        return;
      }
      // A peer that does not read is not read from either: one answer waits for it, and no more.
      if (!connection.send(`${answerTo(line, connection, server)}\n`)) await drained(socket);
    }
  }
  socket.end();
}

function answerTo(line: string, connection: Connection, server: TcpServer): string {
  if (line === "/info") return describe(connection.info());
  if (line === "/list") {
    const all = server.list();
    const more = all.length > LISTED ? [`and ${all.length - LISTED} more`] : [];
    const head = `${all.length} connections, ${server.accepted} since the start`;
    return [head, ...all.slice(0, LISTED).map(describe), ...more].join("\n");
  }
  return line.startsWith("/") ? `! there is no ${line.split(" ", 1)[0]}: /info, /list or /quit` : line;
}

/** `#1 127.0.0.1:5000  in 12 B  out 340 B  3 messages  for 4 s  idle 0 s`. */
export function describe(info: ConnectionInfo): string {
  const seconds = (ms: number) => `${Math.floor(ms / 1000)} s`;
  return `#${info.id} ${info.peer}  in ${info.bytesIn} B  out ${info.bytesOut} B  ${info.messages} messages  for ${seconds(info.sinceMs)}  idle ${seconds(info.idleMs)}`;
}
