import { ERROR_CODES, type ErrorCode, IpcError } from "@ipc-playground/contract";
import { type Codec, type JsonMessage, lengthPrefixed } from "@ipc-playground/framing";
import { visible } from "../visible.ts";
import { PIECE_BYTES } from "./limits.ts";

/** What a sender says of a file before any byte of it. */
export interface Offer {
  type: "offer";
  version: 1;
  /** Its name in the receiver's folder: no path. */
  name: string;
  /** Bytes. */
  size: number;
  /** Media type: `text/plain`. For the receiver's information; nothing depends on it. */
  mime: string;
  /** SHA-256 of all its bytes, in 64 hexadecimal digits. It names the half received file, too. */
  sha256: string;
}

/** The sender's messages beside the bytes. */
export type FromSender = Offer | { type: "end" };

/** The receiver's messages. */
export type FromReceiver =
  /** Send, beginning with this byte: those before it came over an earlier connection. */
  | { type: "accept"; from: number }
  /** It is reading what it has already: a sign of life. */
  | { type: "checking" }
  /** So many bytes are written. */
  | { type: "have"; bytes: number }
  /** The whole file is there under its name. */
  | { type: "done" }
  | { type: "refuse"; code: ErrorCode; fact: string; nextStep: string };

const CONTROL = 0;
const DATA = 1;

/**
 * Frames with a 4-byte length. Their first byte says what follows: 0, a message in JSON; 1, bytes of the file.
 */
export const transferCodec: Codec<FromSender | FromReceiver | Uint8Array, JsonMessage | Uint8Array> = {
  decoder() {
    const frames = prefixed.decoder();
    return {
      get buffered() {
        return frames.buffered;
      },
      push: (chunk) => frames.push(chunk),
      end: () => frames.end(),
      next() {
        const frame = frames.next();
        return frame === null ? null : decode(frame);
      },
    };
  },
  encode(message) {
    const isData = message instanceof Uint8Array;
    const bytes = isData ? message : Buffer.from(JSON.stringify(message));
    const frame = Buffer.allocUnsafe(1 + bytes.length);
    frame[0] = isData ? DATA : CONTROL;
    frame.set(bytes, 1);
    return prefixed.encode(frame);
  },
};

const prefixed = lengthPrefixed({ max: 1 + PIECE_BYTES });
const utf8 = new TextDecoder("utf-8", { fatal: true });

function decode(frame: Uint8Array): JsonMessage | Uint8Array {
  const body = frame.subarray(1);
  if (frame[0] === DATA) return body;
  try {
    if (frame[0] !== CONTROL) throw new Error(`a frame begins with ${frame[0]}`);
    const message: unknown = JSON.parse(utf8.decode(body));
    if (typeof message !== "object" || message === null) throw new Error("a message is not an object");
    return message as JsonMessage;
  } catch (cause) {
    throw new IpcError(
      "BAD_FRAME",
      "the other side does not speak the file transfer's protocol",
      "check the port, and that both sides are of one version",
      { cause },
    );
  }
}

/** @throws {IpcError} TRANSFER_REFUSED: it is no offer, or one of another version. */
export function parseOffer(message: object, maxBytes: number): Offer {
  const offer = message as Partial<Offer>;
  const { name, size, mime, sha256 } = offer;
  const wrong =
    (offer.type !== "offer" || offer.version !== 1 ? "it is no offer of version 1" : undefined) ??
    (typeof name !== "string" ? "it has no name" : undefined) ??
    (!Number.isSafeInteger(size) || (size as number) < 0 ? "its size is not a number of bytes" : undefined) ??
    ((size as number) > maxBytes ? `it is larger than ${maxBytes} bytes` : undefined) ??
    (typeof mime !== "string" || !/^[\w.+-]{1,63}\/[\w.+-]{1,63}$/.test(mime)
      ? "its type is none"
      : undefined) ??
    (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256) ? "its SHA-256 is none" : undefined);
  if (wrong !== undefined) {
    throw new IpcError("TRANSFER_REFUSED", `the file is not taken: ${wrong}`, "send another offer");
  }
  return offer as Offer;
}

/** What a receiver may tell a sender as it is. Everything else speaks of the receiver's own machine. */
const TELLABLE: readonly ErrorCode[] = [
  "UNSAFE_NAME",
  "FILE_EXISTS",
  "DISK_FULL",
  "TRANSFER_REFUSED",
  "TRANSFER_DAMAGED",
];

export function refusal(error: unknown): FromReceiver {
  if (error instanceof IpcError && TELLABLE.includes(error.code)) {
    const { code, fact, nextStep } = error;
    return { type: "refuse", code, fact, nextStep };
  }
  return {
    type: "refuse",
    code: "TRANSFER_REFUSED",
    fact: "the receiver cannot store the file",
    nextStep: "its own messages say why",
  };
}

/** Longest sentence that is believed of a stranger, in UTF-16 units. */
const SENTENCE = 300;

/** A refusal as the sender's error. What the other side wrote is shown, so it is made harmless first. */
export function refusedError({ code, fact, nextStep }: Record<string, unknown>): IpcError {
  const known =
    typeof code === "string" && Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : undefined;
  const harmless = (text: unknown) => visible(String(text).slice(0, SENTENCE));
  return new IpcError(
    known !== undefined && TELLABLE.includes(known) ? known : "TRANSFER_REFUSED",
    harmless(fact ?? "the receiver does not take the file, and does not say why"),
    harmless(nextStep ?? "ask the receiver"),
  );
}
