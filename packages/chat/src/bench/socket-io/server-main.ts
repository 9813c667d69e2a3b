import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

// The same room with socket.io, as its documentation writes it.

const { Server } = await import("socket.io");
const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false });

io.on("connection", (socket) => {
  socket.on("enter", (nick: string, welcome: () => void) => {
    socket.data.nick = nick;
    void socket.join("lobby");
    welcome();
  });
  socket.on("say", (text: string) => {
    socket.to("lobby").emit("message", socket.data.nick, text);
  });
});

http.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ port: (http.address() as AddressInfo).port })}\n`);
});
// The coordinator holds the other end: when it is gone, nobody needs a server.
process.stdin.on("end", () => process.exit(0)).resume();
