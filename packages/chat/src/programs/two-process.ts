#!/usr/bin/env node
/**
 * A chat in two processes, by the server's line door. This one makes a pipe, starts the keyboard process with
 * one end of it, and goes on as the network process with the other.
 */

import { spawn } from "node:child_process";
import { lookup } from "node:dns/promises";
import { fileURLToPath } from "node:url";
import { IpcError } from "@ipc-playground/contract";
import { lines } from "@ipc-playground/framing";
import { check, close, writeFully } from "@ipc-playground/libc";
import { openPipe, type WriteEnd } from "@ipc-playground/pipes";
import { type Address, addressText, connectedSocket, inPlainWords, plain } from "@ipc-playground/sockets";
import { parseServer } from "../client/server-address.ts";
import { type Ending, Network } from "../two-process/network.ts";

const SCREEN = 1;
const USAGE = "two-process [HOST:PORT] [NICK]";
const KEYBOARD = fileURLToPath(new URL("../two-process/keyboard.js", import.meta.url));
/** What is said of an ending, and the exit status. */
const ENDINGS: Record<Ending, { words: string; status: number }> = {
  keyboard: { words: "you have left", status: 0 },
  server: { words: "the server has ended the conversation", status: 0 },
  cut: { words: "the connection is cut: what was typed last may not have arrived", status: 1 },
};

try {
  const { words, status } = ENDINGS[await chat(process.argv.slice(2))];
  notice(words);
  process.exitCode = status;
} catch (error) {
  if (!(error instanceof IpcError)) throw error;
  console.error(plain(error));
  process.exitCode = error.code === "BAD_USAGE" ? 2 : 1;
}

async function chat(given: string[]): Promise<Ending> {
  const [server, nick] = given;
  if (given.length > 2 || given.some((text) => text.startsWith("-"))) {
    throw new IpcError(
      "BAD_USAGE",
      "the program takes no options, and at most two arguments",
      `usage: ${USAGE}`,
    );
  }
  const hello = nick === undefined ? [] : lines().encode(nick);
  const address = await lookUp(parseServer(server));
  const socket = connectedSocket(address);
  using pipe = openPipe();
  startKeyboard(pipe.writeEnd);
  notice(`connected to ${addressText(address)}; Ctrl-D ends it`);
  if (nick === undefined) notice("the first line that you type is your nickname");
  const network = new Network(pipe.readEnd.fd, socket, Buffer.concat(hello), (line) => {
    check(writeFully(SCREEN, Buffer.from(`${line}\n`)), { syscall: "write", doing: "write to the screen" });
  });
  const ending = network.run();
  close(socket);
  return ending;
}

function startKeyboard(pipe: WriteEnd): void {
  const child = spawn(process.execPath, [KEYBOARD, String(process.pid)], {
    stdio: ["inherit", "ignore", "inherit", pipe.fd],
  });
  // A copy is the child's now. As long as this one is open, the end of the child is not the end of the pipe.
  pipe.close();
  // Node would wait for it. When this process ends, the kernel ends that one.
  child.unref();
}

/** A name has to be looked up: connect(2) takes numbers. */
async function lookUp({ host, port }: Address): Promise<Address> {
  const { address } = await lookup(host, { family: 4 }).catch((cause) => {
    throw inPlainWords(cause, "connect", addressText({ host, port }));
  });
  return { host: address, port };
}

/** Not on the screen's descriptor: that has what the server said, and nothing else. */
function notice(words: string): void {
  console.error(`* ${words}`);
}
