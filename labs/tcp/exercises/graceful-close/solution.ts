import type { Socket } from "node:net";

/**
 * Say `answer` as the last words on this connection, and close it. The client may still be sending, and
 * gets all of the answer. Resolves when the connection is gone, `patienceMs` milliseconds later at the most.
 */
export async function answerAndClose(socket: Socket, answer: string, patienceMs: number): Promise<void> {
  const gone = new Promise((resolve) => socket.once("close", resolve));
  // Who hangs up on us does so; there is nothing left to say.
  socket.on("error", () => {});
  // FIN after the answer: no more from here. What still comes has to be read, or closing would be a reset.
  socket.end(answer);
  socket.resume();
  const patience = setTimeout(() => socket.destroy(), patienceMs);
  await gone;
  clearTimeout(patience);
}
