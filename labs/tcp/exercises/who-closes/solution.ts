import { once } from "node:events";
import { createServer, type Socket } from "node:net";

export interface Running {
  /** End the server. Resolves when its port is free. */
  stop(): Promise<void>;
}

/** Listen on this port of 127.0.0.1, and answer each line with a line. Resolves when it listens. */
export async function startServer(port: number, answer: (line: string) => Promise<string>): Promise<Running> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    // One after the other, so that the end comes behind the last answer.
    let answered = Promise.resolve();
    socket.on("data", (line) => {
      answered = answered.then(async () => {
        const text = await answer(line.toString().trim());
        socket.write(`${text}\n`);
      });
    });
    // The client was first: now closing leaves nothing on this side.
    socket.once("end", () => answered.then(() => socket.end()));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    async stop() {
      const closed = once(server, "close");
      server.close();
      // A reset, because a FIN from here would make this side the first to close.
      for (const socket of sockets) socket.resetAndDestroy();
      await closed;
    },
  };
}
