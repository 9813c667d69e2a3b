#!/usr/bin/env node
import { frames, lines } from "@ipc-playground/framing";
import { addressText, parsePort } from "../tcp/address.ts";
import { ReconnectingClient } from "../tcp/reconnecting-client.ts";
import { visible } from "../visible.ts";
import { argumentsOf, plain, runProgram } from "./ending.ts";
import { Prompt } from "./prompt.ts";

const DEFAULT_PORT = "5000";
const SCRIPT_TRIES = 10;

await runProgram(async () => {
  const [port = DEFAULT_PORT, host = "127.0.0.1"] = argumentsOf("echo-client [PORT [HOST]]", 0, 2);
  const address = { host, port: parsePort(port) };
  const prompt = new Prompt("> ");
  // A person can press Ctrl-C; a script would wait for ever.
  const client = new ReconnectingClient(prompt.terminal ? address : { ...address, maxTries: SCRIPT_TRIES });
  // Without a terminal, stdout is what the server said, and nothing else.
  const notice = (text: string) => (prompt.terminal ? prompt.print(`* ${text}`) : console.error(text));
  let inputEnded = false;
  // What is typed ahead, or comes out of a pipe, waits for the connection.
  prompt.lines.pause();

  client.on("connecting", (attempt) => attempt > 1 && notice(`try ${attempt}`));
  client.on("connected", async (socket) => {
    notice(`connected to ${addressText(address)}; /status, /clear, /quit are mine`);
    prompt.lines.resume();
    prompt.ask();
    if (inputEnded) socket.end();
    try {
      for await (const batch of frames(socket, lines({ eof: "emit" }))) {
        for (const line of batch) prompt.print(visible(line));
      }
    } catch {
      // Why it was lost, the client tells.
    }
  });
  client.on("lost", () => inputEnded && client.close());
  client.on("waiting", (delayMs, why) =>
    notice(`${plain(why)} Next try in ${(delayMs / 1000).toFixed(1)} s`),
  );
  client.on("closed", (error) => {
    prompt.close();
    // A pipe that is still open would keep this process alive.
    process.stdin.destroy();
    if (error === undefined) return;
    console.error(plain(error));
    process.exitCode = 1;
  });

  prompt.lines.on("line", (line) => {
    if (line === "/quit") client.close();
    else if (line === "/clear") prompt.clear();
    else if (line === "/status") notice(status(client));
    else if (line !== "") send(line);
    prompt.ask();
  });
  prompt.lines.on("SIGINT", () => client.close());
  prompt.lines.on("close", () => {
    inputEnded = true;
    // The server answers what is under way, and ends; a person who leaves does not wait for that.
    if (prompt.terminal) client.close();
    else client.socket?.end();
  });

  function send(line: string): void {
    const { socket } = client;
    if (socket === undefined || !socket.writable) notice(`not sent, ${status(client)}`);
    else if (!socket.write(`${line}\n`)) {
      prompt.lines.pause();
      socket.once("drain", () => prompt.lines.resume());
    }
  }
});

function status({ state, socket, failures }: ReconnectingClient): string {
  if (socket === undefined) return `${state}, ${failures} tries failed`;
  return `${state}, ${socket.bytesRead} B in, ${socket.bytesWritten} B out`;
}
