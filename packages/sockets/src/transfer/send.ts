import type { Socket } from "node:net";
import { IpcError } from "@ipc-playground/contract";
import { type Framed, framed } from "@ipc-playground/framing/node";
import { addressText } from "../tcp/address.ts";
import { drained } from "../tcp/goodbye.ts";
import { inPlainWords } from "../tcp/words.ts";
import { DEFAULT_STALL_MS, PIECE_BYTES } from "./limits.ts";
import type { OutgoingFile } from "./outgoing-file.ts";
import { giveUpWhenStalled } from "./receive.ts";
import { type FromReceiver, type FromSender, refusedError, transferCodec } from "./wire.ts";

export interface SendOptions {
  /** Milliseconds without a byte after which the connection is given up. Default: 30 s. */
  stallMs?: number;
  /** How far it is: so many bytes are with the receiver, as it says itself. */
  onProgress?: (bytes: number) => void;
}

export interface SentFile {
  /** Bytes that earlier connections had brought. */
  resumedFrom: number;
}

type Wire = Framed<FromSender | Uint8Array, FromReceiver>;

/**
 * Send one file over a connection. When this returns, the receiver has it whole, proven, on its disk and
 * under its name. The connection is over then.
 *
 * @throws {IpcError} UNSAFE_NAME, TRANSFER_REFUSED, FILE_EXISTS, DISK_FULL, TRANSFER_DAMAGED: the receiver says so.
 * @throws {IpcError} CONNECTION_LOST, PEER_SILENT: another try goes on where this one was cut.
 * @throws {IpcError} FILE_UNREADABLE: it is not what it was when it was announced.
 */
export async function sendFile(
  socket: Socket,
  file: OutgoingFile,
  options: SendOptions = {},
): Promise<SentFile> {
  const { remoteAddress: host = "(gone)", remotePort: port = 0 } = socket;
  const peer = addressText({ host, port });
  const wire = framed(socket, transferCodec) as Wire;
  giveUpWhenStalled(socket, peer, options.stallMs ?? DEFAULT_STALL_MS);
  const answers = new Answers(wire, file.offer.size, options.onProgress);
  try {
    wire.write(file.offer);
    const resumedFrom = await answers.accepted;
    if (resumedFrom !== "done") {
      await pour(wire, file, resumedFrom, answers);
      wire.write({ type: "end" });
    }
    await answers.done;
    return { resumedFrom: resumedFrom === "done" ? file.offer.size : resumedFrom };
  } catch (error) {
    throw inPlainWords(error, "connection", peer);
  } finally {
    socket.destroy();
  }
}

/** Read the file and send it, no faster than it is taken. */
async function pour(wire: Wire, file: OutgoingFile, from: number, answers: Answers): Promise<void> {
  const { size, name } = file.offer;
  for (let at = from; at < size && !answers.over; ) {
    // A piece of its own each time: the one before may still be waiting to be sent.
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, size - at));
    const { bytesRead } = await file.handle.read(piece, 0, piece.length, at);
    if (bytesRead === 0) {
      throw new IpcError(
        "FILE_UNREADABLE",
        `${name} has become shorter while it was sent: it had ${size} bytes, and ends after ${at}`,
        "send it again when nobody changes it",
      );
    }
    at += bytesRead;
    wire.write(piece.subarray(0, bytesRead));
    await drained(wire);
  }
}

/** What the receiver says, as it comes: it may refuse in the middle. */
class Answers {
  /** From where to send, or that nothing is needed. */
  readonly accepted: Promise<number | "done">;
  readonly done: Promise<void>;
  over = false;

  constructor(wire: Wire, size: number, onProgress: (bytes: number) => void = () => {}) {
    let accept: (from: number | "done") => void = () => {};
    let finish: () => void = () => {};
    let fail: (error: Error) => void = () => {};
    this.accepted = new Promise((resolve, reject) => {
      accept = resolve;
      fail = reject;
    });
    this.done = new Promise((resolve, reject) => {
      finish = resolve;
      const failFirst = fail;
      fail = (error) => {
        this.over = true;
        failFirst(error);
        reject(error);
      };
    });
    // Both fail together, and only one of them is waited for at that moment.
    this.accepted.catch(() => {});
    this.done.catch(() => {});
    wire.on("error", (error) => fail(error));
    wire.on("close", () => fail(new IpcError("CONNECTION_LOST", "the receiver hung up", "try again")));
    wire.on("data", (message: Partial<Record<string, unknown>>) => {
      const { type, from, bytes } = message;
      if (type === "accept" && isCount(from, size)) {
        onProgress(from);
        accept(from);
      } else if (type === "have" && isCount(bytes, size)) onProgress(bytes);
      else if (type === "done") {
        onProgress(size);
        accept("done");
        finish();
      } else if (type === "refuse") fail(refusedError(message));
      else if (type !== "checking")
        fail(new IpcError("BAD_FRAME", "the receiver does not speak this protocol", "check the port"));
    });
  }
}

function isCount(value: unknown, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
}
