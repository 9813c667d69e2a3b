import { io, type Socket } from "socket.io-client";
import { failed } from "../failed.ts";

/** How many are on their way at any time. */
const AT_ONCE = 64;

/** Connect, say who it is, and wait for the welcome. */
export function connectOne(port: number, nick: string): Promise<Socket> {
  const socket = io(`http://127.0.0.1:${port}`, {
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
  });
  return new Promise((resolve, reject) => {
    socket.once("connect_error", (error) => reject(failed(`socket.io cannot connect: ${error.message}`)));
    socket.once("connect", () => socket.emit("enter", nick, () => resolve(socket)));
  });
}

/** As many as that, called r0, r1, … */
export async function connectAll(port: number, count: number): Promise<Socket[]> {
  const clients = new Array<Socket>(count);
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < count; i = next++) clients[i] = await connectOne(port, `r${i}`);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return clients;
}
