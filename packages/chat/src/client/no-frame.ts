import { IpcError } from "@ipc-playground/contract";
import { type Address, addressText, visible } from "@ipc-playground/sockets";
import type { RefusalCode } from "../protocol/refusal.ts";
import { refusedError } from "./refused.ts";

/** The first byte of every frame: none is as long as 16 MiB. */
const FRAME = 0;
/** The first byte of a TLS alert: what a server says that expects TLS and is spoken to without. RFC 8446, 5.1 */
const TLS_ALERT = 0x15;
/** No line is waited for longer than this, in bytes. */
const MAX_LINE_BYTES = 1_024;
const SHOWN_CHARS = 40;

export function isFrame(firstByte: number): boolean {
  return firstByte === FRAME;
}

/**
 * What a server says instead of frames. One that has no room says so before it knows which protocol its guest
 * speaks, in one line that people can read: `! SERVER_FULL: there are 10000 connections; try again later`.
 */
export class NoFrame {
  readonly #where: Address;
  #bytes = Buffer.alloc(0);

  constructor(where: Address) {
    this.#where = where;
  }

  /** `undefined`: the line is not at its end yet. */
  push(chunk: Uint8Array): IpcError | undefined {
    this.#bytes = Buffer.concat([this.#bytes, chunk.subarray(0, MAX_LINE_BYTES)]);
    const whole = this.#bytes.includes("\n") || this.#bytes.length >= MAX_LINE_BYTES;
    return whole || this.#bytes[0] === TLS_ALERT ? this.end() : undefined;
  }

  /** No more bytes come. */
  end(): IpcError {
    const where = addressText(this.#where);
    if (this.#bytes.length === 0) {
      return new IpcError(
        "CONNECTION_LOST",
        `${where} ended the connection without a word`,
        "it may have been restarted: connect again; if it speaks TLS, with the option `tls`",
      );
    }
    if (this.#bytes[0] === TLS_ALERT) {
      return new IpcError("BAD_FRAME", `${where} speaks TLS`, "connect with the option `tls`");
    }
    const [line = ""] = this.#bytes.toString("utf8").split(/\r?\n/, 1);
    const [, code, fact, nextStep] = /^! ([A-Z_]+): (.+?); (.+)$/.exec(line) ?? [];
    if (code !== undefined && fact !== undefined && nextStep !== undefined) {
      return refusedError({ code: code as RefusalCode, fact, nextStep });
    }
    return new IpcError(
      "BAD_FRAME",
      `${where} is no chat server: it says "${visible(line.slice(0, SHOWN_CHARS))}"`,
      "check the address and the port",
    );
  }
}
