/** An echo server on raw epoll: `node dist/programs/epoll-echo.js level|edge [PORT]`, until standard input ends. */

import { EpollEcho, type Trigger } from "../epoll/echo-server.ts";
import { parsePort } from "../tcp/address.ts";

const [trigger = "level", port = "0"] = process.argv.slice(2);
if (trigger !== "level" && trigger !== "edge") {
  console.error("usage: epoll-echo.js level|edge [PORT]");
  process.exit(2);
}
using server = new EpollEcho(trigger satisfies Trigger, { port: parsePort(port) });
process.stdout.write(`listening on ${server.address.host}:${server.address.port}, ${trigger}-triggered\n`);
server.run(0);
