import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { BenchProcess } from "../../dist/bench/bench-process.js";
import type { Answer, BroadcastJob } from "../../src/bench/job.ts";

const program = (path: string) => fileURLToPath(new URL(`../../dist/bench/${path}`, import.meta.url));
const LOAD = program("load/main.js");
export const SOCKET_IO_LOAD = program("socket-io/load-main.js");

export interface RoomServer {
  port: number;
  /** Everybody but the sender, in the order in which they came. */
  receivers: Socket[];
}

/** What the server does with a line that the sender said. */
export type OnLine = (line: string, number: number, room: RoomServer & { sender: Socket }) => void;

/** As it should be. */
export const honest: OnLine = (line, _, { receivers }) => {
  for (const receiver of receivers) receiver.write(`<s> ${line}\n`);
};

/** A server for one room that lives in this process, and may lie. The sender is called s. */
export async function roomServer(onLine: OnLine, welcome = "* Welcome\n"): Promise<RoomServer> {
  const room: RoomServer = { port: 0, receivers: [] };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let nick: string | undefined;
    let said = 0;
    const lines = createInterface({ input: socket });
    // The load hangs up on who lies. An interface tells of its input's error as its own.
    lines.on("error", () => {});
    lines.on("line", (line) => {
      if (nick === undefined) {
        nick = line;
        if (nick !== "s") room.receivers.push(socket);
        socket.write(welcome);
      } else onLine(line, said++, { ...room, sender: socket });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  room.port = (server.address() as AddressInfo).port;
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return room;
}

/** Run the load against a server in this process, and say what it found. */
export async function runLoad(
  port: number,
  job: Partial<BroadcastJob> = {},
  load: string = LOAD,
): Promise<Answer> {
  const whole: BroadcastJob = {
    does: "broadcast",
    server: { port, pid: process.pid },
    receivers: 3,
    size: 64,
    windows: [4],
    warmMs: 0,
    timedMs: 0,
    messages: 8,
    stallMs: 10_000,
    ...job,
  };
  await using running = new BenchProcess([process.execPath, load, JSON.stringify(whole)], {
    signal: new AbortController().signal,
  });
  return JSON.parse(await running.line(20_000)) as Answer;
}
