/**
 * A client for another shell: `node packages/fifos/dist/programs/ticket-client.js PATH [TICKETS]`.
 * Asks the office at PATH, and prints the number of its first ticket.
 */
import { makeFifo, openReadEndWithin, openWriteEndWithin } from "@ipc-playground/fifos";
import { encodeRequest, replyPath } from "../tickets.ts";

const PATIENCE_MS = 2_000;

async function ask(office: string, tickets: number): Promise<string> {
  // The reply FIFO comes first: the office may be quicker than our next line.
  using own = makeFifo(replyPath(office, process.pid));
  using requests = await openWriteEndWithin(office, PATIENCE_MS);
  requests.write(encodeRequest({ client: process.pid, tickets }));
  using reply = await openReadEndWithin(own.path, PATIENCE_MS);
  return Buffer.from(reply.readToEnd()).toString().trim();
}

const [path, tickets = "1"] = process.argv.slice(2);
try {
  if (path === undefined || !(Number(tickets) > 0)) throw new Error("usage: ticket-client.js PATH [TICKETS]");
  console.log(await ask(path, Number(tickets)));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
