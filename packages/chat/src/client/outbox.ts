import type { IpcError } from "@ipc-playground/contract";
import type { ServerMessage } from "../protocol/server-message.ts";

/** Something asked of the server that is not answered yet. */
export interface Request {
  readonly id: string;
  readonly bytes: readonly Uint8Array[];
  /** Whether it is sent again after a cut, by the same id. If not, a cut is its answer. */
  readonly repeats: boolean;
  readonly resolve: (answer: ServerMessage) => void;
  readonly reject: (why: IpcError) => void;
}

/** What is not answered yet, in the order in which it was asked: sent on this connection, and then unsent. */
export class Outbox {
  readonly #maxMessages: number;
  /** All of them by id, in order, as a Map keeps them. */
  readonly #requests = new Map<string, Request>();
  /** Those that this connection has not taken yet, in order: the last ones. */
  #unsent = new Set<Request>();
  #messages = 0;

  /** @param maxMessages How many that repeat are kept. */
  constructor(maxMessages: number) {
    this.#maxMessages = maxMessages;
  }

  get size(): number {
    return this.#requests.size;
  }

  /** `false`: there are as many messages as are kept. */
  add(request: Request): boolean {
    if (request.repeats && this.#messages >= this.#maxMessages) return false;
    if (request.repeats) this.#messages++;
    this.#requests.set(request.id, request);
    this.#unsent.add(request);
    return true;
  }

  /** The next that this connection has not taken. */
  next(): Request | undefined {
    const [request] = this.#unsent;
    if (request !== undefined) this.#unsent.delete(request);
    return request;
  }

  /** It is answered: take it out. `undefined`: nobody waits for that. */
  take(id: string): Request | undefined {
    const request = this.#requests.get(id);
    if (request === undefined) return undefined;
    this.#requests.delete(id);
    this.#unsent.delete(request);
    if (request.repeats) this.#messages--;
    return request;
  }

  /** The connection is gone: what repeats is unsent again, and nothing else is left. */
  lost(why: IpcError): void {
    for (const request of this.#requests.values()) if (!request.repeats) this.#refuse(request, why);
    this.#unsent = new Set(this.#requests.values());
  }

  /** The longest that was sent: the server takes no message like it. */
  refuseLongest(why: IpcError): void {
    let longest: Request | undefined;
    for (const request of this.#requests.values()) {
      if (this.#unsent.has(request)) break;
      if (longest === undefined || lengthOf(request) > lengthOf(longest)) longest = request;
    }
    if (longest !== undefined) this.#refuse(longest, why);
  }

  refuseAll(why: IpcError): void {
    for (const request of this.#requests.values()) this.#refuse(request, why);
  }

  #refuse(request: Request, why: IpcError): void {
    this.take(request.id);
    request.reject(why);
  }
}

function lengthOf({ bytes }: Request): number {
  return bytes.reduce((sum, { length }) => sum + length, 0);
}
