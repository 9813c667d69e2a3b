import { randomBytes } from "node:crypto";
import { IpcError } from "@ipc-playground/contract";
import type { Command, CommandOf } from "../protocol/client-message.ts";
import type { ServerMessage, ServerMessageOf } from "../protocol/server-message.ts";
import type { Link } from "./link.ts";
import { type ChatOptions, DEFAULT_MAX_UNSENT } from "./options.ts";
import { Outbox } from "./outbox.ts";
import { refusedError } from "./refused.ts";
import { encode } from "./wire.ts";

const PREFIX_BYTES = 9;

/** A command without the id, which it gets here. */
type Asked = { [T in Exclude<Command["type"], "quit">]: Omit<CommandOf<T>, "id"> }[Exclude<
  Command["type"],
  "quit"
>];

/** What is asked of the server, by a link, and what becomes of it. */
export class Requests {
  readonly #link: Link;
  readonly #max: number;
  readonly #outbox: Outbox;
  readonly #idPrefix: string;
  #ids = 0;

  constructor(link: Link, options: ChatOptions) {
    this.#link = link;
    this.#max = options.maxUnsent ?? DEFAULT_MAX_UNSENT;
    this.#outbox = new Outbox(this.#max);
    this.#idPrefix = options.idPrefix ?? randomBytes(PREFIX_BYTES).toString("base64url");
    link.on("drain", () => this.pump());
    link.on("tooLong", (why) => this.#outbox.refuseLongest(why));
    link.on("waiting", (_, why) => this.#outbox.lost(cutOff(why)));
    link.on("closed", (error) => this.#outbox.refuseAll(error ?? hungUp()));
  }

  get size(): number {
    return this.#outbox.size;
  }

  /**
   * Ask, and wait for an answer of that type. `repeats`: through all cuts; if not, a cut is the answer.
   *
   * @throws {IpcError} CHAT_REFUSED, CONNECTION_LOST, ALREADY_CLOSED, OUTBOX_FULL, FRAME_TOO_LONG; what closed the client
   */
  async ask<T extends ServerMessage["type"]>(
    asked: Asked,
    answer: T,
    { repeats = false } = {},
  ): Promise<ServerMessageOf<T>> {
    const { state } = this.#link;
    if (state === "closed") throw alreadyClosed();
    if (state === "waiting" && !repeats) throw noConnection();
    const id = `${this.#idPrefix}-${++this.#ids}`;
    const bytes = encode({ ...asked, id });
    const got = await new Promise<ServerMessage>((resolve, reject) => {
      if (this.#outbox.add({ id, bytes, repeats, resolve, reject })) this.pump();
      else reject(full(this.#max));
    });
    if (got.type !== answer) throw wrongAnswer(asked.type, got.type);
    return got as ServerMessageOf<T>;
  }

  /** A goodbye, behind everything else that was asked. It has no answer but the end. */
  quit(reason: string | undefined): void {
    const bytes = encode({ type: "quit", ...(reason !== undefined && { reason }) });
    this.#outbox.add({ id: "quit", bytes, repeats: false, resolve: () => {}, reject: () => {} });
    this.pump();
  }

  /** `false`: nobody waits for this. */
  answered(message: ServerMessage): boolean {
    const request = "id" in message && message.id !== undefined ? this.#outbox.take(message.id) : undefined;
    if (message.type === "error") request?.reject(refusedError(message));
    else request?.resolve(message);
    return request !== undefined;
  }

  /** Send what there is, until the socket is full. */
  pump(): void {
    while (this.#link.hasRoom) {
      const request = this.#outbox.next();
      if (request === undefined) return;
      this.#link.send(request.bytes);
    }
  }
}

export function alreadyClosed(): IpcError {
  return new IpcError("ALREADY_CLOSED", "this chat client is closed", "connect another: connectChat()");
}

function cutOff(why: IpcError): IpcError {
  return new IpcError(
    "CONNECTION_LOST",
    `the connection went before the server answered: ${why.fact}`,
    "ask again when it is back",
    { cause: why },
  );
}

function noConnection(): IpcError {
  return new IpcError("CONNECTION_LOST", "there is no connection at the moment", "ask again when it is back");
}

function hungUp(): IpcError {
  return new IpcError(
    "CONNECTION_LOST",
    "the client was closed before the server answered",
    "wait for the answer before you close it, or let quit() do that",
  );
}

function full(most: number): IpcError {
  return new IpcError(
    "OUTBOX_FULL",
    `${most} messages wait to be acknowledged already`,
    "wait for what say() promises before you say more, or raise `maxUnsent`",
  );
}

function wrongAnswer(asked: string, got: string): IpcError {
  return new IpcError(
    "BAD_FRAME",
    `the server answered ${asked} with ${got}`,
    "it speaks another version of the protocol, or is none",
  );
}
