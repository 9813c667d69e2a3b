import type { Socket } from "node:net";
import { IpcError } from "@ipc-playground/contract";
import { type Framed, framed } from "@ipc-playground/framing/node";
import { addressText } from "../tcp/address.ts";
import { frameDeadline } from "../tcp/frame-deadline.ts";
import { goodbye } from "../tcp/goodbye.ts";
import { inPlainWords } from "../tcp/words.ts";
import { IncomingFile } from "./incoming-file.ts";
import {
  DEFAULT_MAX_FILE_BYTES,
  DEFAULT_STALL_MS,
  LOCK_AFTER_STALL_MS,
  REPORT_EVERY_BYTES,
  SIGN_OF_LIFE_MS,
} from "./limits.ts";
import {
  type FromReceiver,
  type FromSender,
  type Offer,
  parseOffer,
  refusal,
  transferCodec,
} from "./wire.ts";

export interface ReceiveOptions {
  /** The largest file that is taken, in bytes. Default: 1 TiB. */
  maxBytes?: number;
  /** Milliseconds without a byte after which the connection is given up. Default: 30 s. */
  stallMs?: number;
  /** Whether "done" means that the disk has it, and a loss of power does no harm: fsync(2). Default: yes. */
  durable?: boolean;
  /** How far it is: `bytes` of `offer.size` are there. */
  onProgress?: (bytes: number, offer: Offer) => void;
}

export interface ReceivedFile {
  offer: Offer;
  /** Bytes that earlier connections had brought. */
  resumedFrom: number;
}

type Wire = Framed<FromReceiver, unknown>;

/**
 * Receive one file over a connection, into a folder that exists. The file has its name when it is whole, on
 * the disk, and has the announced SHA-256; never before. After a cut, what came waits for the sender to
 * come back. Memory: some pieces of 64 KiB, whatever the size. The connection is over when this returns.
 *
 * @throws {IpcError} UNSAFE_NAME, TRANSFER_REFUSED, FILE_EXISTS, DISK_FULL, FILE_UNWRITABLE: the sender was told.
 * @throws {IpcError} TRANSFER_DAMAGED: it is not what was announced; what came is removed.
 * @throws {IpcError} CONNECTION_LOST, PEER_SILENT, DEADLINE_PASSED, FRAME_CUT, FRAME_TOO_LONG, BAD_FRAME
 */
export async function receiveFile(
  socket: Socket,
  folder: string,
  options: ReceiveOptions = {},
): Promise<ReceivedFile> {
  const { stallMs = DEFAULT_STALL_MS } = options;
  const { remoteAddress: host = "(gone)", remotePort: port = 0 } = socket;
  const peer = addressText({ host, port });
  const deadlines = { withinMs: stallMs, firstWithinMs: stallMs };
  const wire: Wire = framed(socket, frameDeadline(socket, transferCodec, deadlines));
  wire.on("error", () => {});
  giveUpWhenStalled(socket, peer, stallMs);
  try {
    const received = await converse(wire, folder, options);
    wire.write({ type: "done" });
    await goodbye(socket);
    return received;
  } catch (error) {
    if (!socket.destroyed && wire.writable) {
      wire.write(refusal(error));
      await goodbye(socket);
    }
    throw inPlainWords(error, "connection", peer);
  } finally {
    socket.destroy();
  }
}

async function converse(wire: Wire, folder: string, options: ReceiveOptions): Promise<ReceivedFile> {
  const {
    maxBytes = DEFAULT_MAX_FILE_BYTES,
    onProgress,
    durable = true,
    stallMs = DEFAULT_STALL_MS,
  } = options;
  const messages = wire.iterator({ destroyOnReturn: false }) as AsyncIterator<
    Uint8Array | FromSender,
    undefined
  >;
  const next = async () => {
    const { value, done } = await messages.next();
    if (!done) return value;
    throw new IpcError(
      "CONNECTION_LOST",
      "the sender ended before the file did",
      "it may come back, and go on",
    );
  };
  const offer = parseOffer(await next(), maxBytes);
  let signOfLifeMs = performance.now();
  const opened = await IncomingFile.open(folder, offer, stallMs + LOCK_AFTER_STALL_MS, () => {
    if (performance.now() - signOfLifeMs < SIGN_OF_LIFE_MS) return;
    signOfLifeMs = performance.now();
    wire.write({ type: "checking" });
  });
  if (opened === "whole") return { offer, resumedFrom: offer.size };
  await using file = opened;
  const resumedFrom = file.bytes;
  onProgress?.(resumedFrom, offer);
  wire.write({ type: "accept", from: resumedFrom });
  let reported = resumedFrom;
  try {
    let message = await next();
    for (; message instanceof Uint8Array; message = await next()) {
      await file.write(message);
      onProgress?.(file.bytes, offer);
      if (file.bytes - reported < REPORT_EVERY_BYTES) continue;
      reported = file.bytes;
      wire.write({ type: "have", bytes: reported });
    }
    if (message.type !== "end")
      throw new IpcError(
        "BAD_FRAME",
        "the sender said something else than the file or its end",
        "check that both sides are of one version",
      );
    await file.publish(durable);
  } catch (error) {
    if (error instanceof IpcError && WORTHLESS.has(error.code)) await file.discard();
    throw error;
  }
  return { offer, resumedFrom };
}

/** After these, what came is not kept for another try. */
const WORTHLESS: ReadonlySet<string> = new Set(["TRANSFER_DAMAGED", "DISK_FULL", "FILE_EXISTS"]);

export function giveUpWhenStalled(socket: Socket, peer: string, stallMs: number): void {
  socket.setTimeout(stallMs, () => {
    socket.destroy(
      new IpcError(
        "PEER_SILENT",
        `nothing came from ${peer} for ${stallMs / 1000} s`,
        "try again: it goes on where it was",
      ),
    );
  });
}
