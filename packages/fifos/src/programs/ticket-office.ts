/**
 * A server for two shells: `node packages/fifos/dist/programs/ticket-office.js PATH`.
 * Makes the FIFO at PATH, gives a number to everyone who asks, and unlinks it at Ctrl-C.
 */
import { IpcError } from "@ipc-playground/contract";
import { makeFifo, openReadEndNow, openWriteEndNow, openWriteEndWithin } from "@ipc-playground/fifos";
import { decodeRequest, REQUEST_BYTES, replyPath } from "../tickets.ts";

/** A client that asks and does not open its reply FIFO in this time has changed its mind. */
const PATIENCE_MS = 2_000;

async function serve(path: string): Promise<void> {
  using office = makeFifo(path);
  const requests = openReadEndNow(path).toStream();
  // Without it, the first client to leave would be the end of the file.
  using _keepAlive = openWriteEndNow(path);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => requests.destroy());
  console.log(`the office is open at ${office.path}; Ctrl-C closes it`);

  let next = 1;
  let bytes = Buffer.alloc(0);
  const answers: Promise<void>[] = [];
  requests.on("data", (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (; bytes.length >= REQUEST_BYTES; bytes = bytes.subarray(REQUEST_BYTES)) {
      const { client, tickets } = decodeRequest(bytes);
      if (client <= 0 || tickets <= 0) continue;
      console.log(`${client} gets ${tickets}, from number ${next}`);
      answers.push(answer(replyPath(path, client), next));
      next += tickets;
    }
  });
  await new Promise((closed) => requests.once("close", closed));
  await Promise.all(answers);
}

/** Without waiting in open(2): one client that never comes must not stop the others. */
async function answer(path: string, number: number): Promise<void> {
  try {
    using reply = await openWriteEndWithin(path, PATIENCE_MS);
    reply.write(Buffer.from(`${number}\n`));
  } catch (error) {
    console.log(error instanceof IpcError ? error.fact : error);
  }
}

const [path] = process.argv.slice(2);
try {
  if (path === undefined) throw new Error("usage: ticket-office.js PATH");
  await serve(path);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
