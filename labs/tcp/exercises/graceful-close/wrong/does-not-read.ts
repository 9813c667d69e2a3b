import { once } from "node:events";
import type { Socket } from "node:net";

/**
 * Say `answer` as the last words on this connection, and close it. The client may still be sending, and
 * gets all of the answer. Resolves when the connection is gone, `patienceMs` milliseconds later at the most.
 */
export async function answerAndClose(socket: Socket, answer: string, patienceMs: number): Promise<void> {
  socket.on("error", () => {});
  socket.end(answer);
  const patience = setTimeout(() => socket.destroy(), patienceMs);
  await once(socket, "close");
  clearTimeout(patience);
}
