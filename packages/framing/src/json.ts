import { IpcError } from "@ipc-playground/contract";
import type { Codec, Decoder, TextCodec } from "./codec.ts";
import { decodeText, encodeText, notText } from "./text.ts";

/** Something that JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A message. Not null, which is what a decoder says while there is no frame. */
export type JsonMessage = Exclude<Json, null>;

/**
 * One JSON value in each frame of another codec: `json(lengthPrefixed())`, or `json(lines())`, which
 * others call NDJSON. What comes out is checked to be JSON, and nothing else: use a schema for the rest.
 */
export function json(codec: Codec<Uint8Array> | TextCodec): Codec<JsonMessage> {
  return {
    decoder: () => new JsonDecoder(codec.decoder()),
    encode(message) {
      const text = jsonText(message);
      return "carries" in codec ? codec.encode(text) : codec.encode(encodeText(text));
    },
  };
}

/** @throws {IpcError} BAD_ARGUMENT: undefined, a function, a circle, a bigint, or null. */
function jsonText(message: JsonMessage): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(message);
  } catch (cause) {
    throw notJson(message, cause);
  }
  if (text === undefined || text === "null") throw notJson(message);
  return text;
}

class JsonDecoder implements Decoder<JsonMessage> {
  readonly #frames: Decoder<Uint8Array | string>;
  #failure: IpcError | undefined;

  constructor(frames: Decoder<Uint8Array | string>) {
    this.#frames = frames;
  }

  get buffered(): number {
    return this.#frames.buffered;
  }

  push(chunk: Uint8Array): void {
    this.#frames.push(chunk);
  }

  next(): JsonMessage | null {
    if (this.#failure !== undefined) throw this.#failure;
    const frame = this.#frames.next();
    if (frame === null) return null;
    const text = typeof frame === "string" ? frame : decodeText(frame);
    if (text === null) throw this.#remember(notText("a frame that should be JSON"));
    const message = this.#parse(text);
    if (message === null) throw this.#remember(damaged(text));
    return message;
  }

  end(): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#frames.end();
  }

  #parse(text: string): Json {
    try {
      return JSON.parse(text) as Json;
    } catch (cause) {
      throw this.#remember(damaged(text, cause));
    }
  }

  #remember(error: IpcError): IpcError {
    this.#failure = error;
    return error;
  }
}

/** How much of a damaged frame an error shows, in UTF-16 units. */
const SHOWN = 40;

function damaged(text: string, cause?: unknown): IpcError {
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return new IpcError(
    "BAD_FRAME",
    `a frame is not a JSON message: ${JSON.stringify(shown)}`,
    "close the connection: the sender speaks another protocol",
    { cause },
  );
}

function notJson(message: unknown, cause?: unknown): IpcError {
  return new IpcError(
    "BAD_ARGUMENT",
    `${message === null ? "null" : `a value of type ${typeof message}`} is not a message that JSON can carry`,
    "send an object, an array, a text, a number or a boolean, without circles and bigints",
    { cause },
  );
}
