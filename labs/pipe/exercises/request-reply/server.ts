import type { ProcessContext } from "@ipc-playground/lab-kit";
import { ReadEnd, WriteEnd } from "@ipc-playground/pipes";
import { framed } from "./messages.ts";

/** How a server behaves. All of it is within what a client has to expect. */
export interface Manner {
  /** Requests that it reads before it answers them all, in one write. */
  readsBeforeItAnswers: number;
  /** A reply is its request in capitals, so many times over. */
  timesOver: number;
  /** Requests after which it leaves. 0: it stays to the end-of-file. */
  leavesAfter: number;
}

/** What the server answers to a request. */
export function replyTo(request: Uint8Array, timesOver: number): Uint8Array {
  return Buffer.from(Buffer.from(request).toString("latin1").toUpperCase().repeat(timesOver), "latin1");
}

/** What came of serving. `refused`: what was wrong with the request after these. */
export interface Served {
  requests: number;
  refused?: string;
}

/** Longer than any request here, in bytes: a length above it is none. */
const MAX_REQUEST_BYTES = 0x100_0000;

/** Serves in blocking calls: while it writes it does not read. */
export function serve({ fd, log, text }: ProcessContext): Served {
  const manner = JSON.parse(text("manner")) as Manner;
  using input = new ReadEnd(fd("in"));
  using output = new WriteEnd(fd("out"));
  let held: Uint8Array[] = [];
  for (let requests = 0; ; ) {
    const request = log.call("read", input.name, () => readMessage(input));
    if (request === undefined) return { requests };
    if ("kind" in request) {
      const refused = `the server read a length of ${request.length} bytes where request ${requests + 1} begins`;
      return { requests, refused };
    }
    held.push(framed(replyTo(request, manner.timesOver)));
    requests++;
    const leaves = requests === manner.leavesAfter;
    if (!leaves && held.length < manner.readsBeforeItAnswers) continue;
    const bytes = Buffer.concat(held);
    held = [];
    log.call("write", output.name, () => output.writeFully(bytes));
    if (leaves) return { requests };
  }
}

/** `undefined`: end-of-file. */
function readMessage(input: ReadEnd): Uint8Array | { kind: "no message"; length: number } | undefined {
  const header = new Uint8Array(4);
  if (input.readFully(header) < header.length) return undefined;
  const length = new DataView(header.buffer).getUint32(0);
  if (length > MAX_REQUEST_BYTES) return { kind: "no message", length };
  const message = new Uint8Array(length);
  return input.readFully(message) === length ? message : undefined;
}
