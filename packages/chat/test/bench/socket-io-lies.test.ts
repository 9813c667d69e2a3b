import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type Socket } from "socket.io";
import { expect, onTestFinished, test } from "vitest";
import { runLoad, SOCKET_IO_LOAD } from "./room-server.ts";

/** What the second receiver gets for a message; the others are told the truth. */
type Told = (text: string, number: number, before: string) => string[];

/** A server for one room that lives in this process, and may lie to the second who came. */
async function roomServer(told: Told): Promise<number> {
  const http = createServer();
  const io = new Server(http, { transports: ["websocket"], serveClient: false });
  const receivers = new Map<string, Socket>();
  let [before, said] = ["", 0];
  io.on("connection", (socket) => {
    socket.on("enter", (nick: string, welcome: () => void) => {
      if (nick !== "s") receivers.set(nick, socket);
      welcome();
    });
    socket.on("say", (text: string) => {
      for (const [nick, receiver] of receivers) {
        for (const one of nick === "r1" ? told(text, said, before) : [text])
          receiver.emit("message", "s", one);
      }
      said++;
      before = text;
    });
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  onTestFinished(async () => {
    await io.close();
  });
  return (http.address() as AddressInfo).port;
}

const at = (number: number, lie: (text: string, before: string) => string[]): Told => {
  return (text, now, before) => (now === number ? lie(text, before) : [text]);
};

test("an honest server is counted in full", async () => {
  const answer = await runLoad(await roomServer((text) => [text]), {}, SOCKET_IO_LOAD);
  expect(answer).toMatchObject({ kind: "broadcast", runs: [{ window: 4, messages: 8, deliveries: 24 }] });
});

test.each([
  ["drops a message", at(5, () => []), /^receiver 2 got "0{9}6.*" where message 5 was due$/],
  ["doubles a message", at(5, (text) => [text, text]), /^receiver 2 got "0{9}5.*" where message 6 was due$/],
  [
    "brings the last message again when everybody has it",
    at(24, (text, before) => [before, text]),
    /^receiver 2 got "0{8}23.*" where message 24 was due$/,
  ],
  [
    "changes a character",
    at(5, (text) => [`${text.slice(0, -1)}?`]),
    /^receiver 2 got .* where message 5 was due$/,
  ],
])("a server that %s voids the row", async (_, told, reason) => {
  expect(await runLoad(await roomServer(told), {}, SOCKET_IO_LOAD)).toEqual({
    kind: "failed",
    reason: expect.stringMatching(reason),
  });
});

test("a message that never comes is told after a while", async () => {
  const answer = await runLoad(await roomServer(at(23, () => [])), { stallMs: 300 }, SOCKET_IO_LOAD);
  expect(answer).toEqual({
    kind: "failed",
    reason: "message 23 has not come to 1 of 3 receivers, the first of them number 2",
  });
});
