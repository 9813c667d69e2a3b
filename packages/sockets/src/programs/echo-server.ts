#!/usr/bin/env node
import { addressText, parsePort } from "../tcp/address.ts";
import { echoLines } from "../tcp/echo-lines.ts";
import { serve } from "../tcp/serve.ts";
import { argumentsOf, onStop, plain, runProgram } from "./ending.ts";

const DEFAULT_PORT = "5000";
/** Milliseconds. */
const IDLE_MS = 300_000;
const FLUSH_MS = 5_000;

await runProgram(async () => {
  const [port = DEFAULT_PORT, host = "127.0.0.1"] = argumentsOf("echo-server [PORT [ADDRESS]]", 0, 2);
  const server = await serve(echoLines, {
    port: parsePort(port),
    host,
    idleMs: IDLE_MS,
    farewell: (socket, why) => socket.write(`! ${why.fact}; ${why.nextStep}\n`),
  });
  console.log(`listening at ${addressText(server.address)}; Ctrl-C ends it`);
  server.on("opened", ({ id, peer }) => console.log(`#${id} ${peer} came, ${server.connections.length} now`));
  server.on("closed", (connection, error) => {
    const { id, bytesIn, bytesOut, messages } = connection.info();
    const why = error === undefined ? "" : `: ${error.fact}`;
    console.log(`#${id} left after ${messages} messages, ${bytesIn} B in and ${bytesOut} B out${why}`);
  });
  server.on("refused", (why, peer) => console.log(`${peer} was refused: ${why.fact}`));
  server.on("exhausted", (why) => console.log(plain(why)));
  server.on("recovered", () => console.log("descriptors are free again"));
  onStop(async () => {
    console.log(`closing: ${server.connections.length} connections have ${FLUSH_MS / 1000} s`);
    const { ended, cut } = await server.close({ withinMs: FLUSH_MS });
    console.log(`closed: ${ended} ended, ${cut} cut`);
  });
});
