import { once } from "node:events";
import { createServer } from "node:net";

export interface Running {
  /** End the server. Resolves when its port is free. */
  stop(): Promise<void>;
}

/** Listen on this port of 127.0.0.1, and answer each line with a line. Resolves when it listens. */
export async function startServer(port: number, answer: (line: string) => Promise<string>): Promise<Running> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", async (line) => {
      socket.end(`${await answer(line.toString().trim())}\n`);
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    async stop() {
      server.close();
    },
  };
}
