import { type FileHandle, open } from "node:fs/promises";
import { basename, extname } from "node:path";
import { IpcError } from "@ipc-playground/contract";
import { digestOf } from "./digest.ts";
import { fileError } from "./file-errors.ts";
import type { Offer } from "./wire.ts";

/** Media types by a name's end; everything else is bytes. Source: IANA, Media Types. */
const TYPES: Readonly<Record<string, string>> = {
  ".txt": "text/plain",
  ".md": "text/markdown",
  ".html": "text/html",
  ".csv": "text/csv",
  ".json": "application/json",
  ".pdf": "application/pdf",
  ".zip": "application/zip",
  ".gz": "application/gzip",
  ".tar": "application/x-tar",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".svg": "image/svg+xml",
  ".mp3": "audio/mpeg",
  ".mp4": "video/mp4",
};

export interface OutgoingOptions {
  /** The name to send it under. Default: its own, without the path. */
  name?: string;
  /** Media type. Default: by the name's end. */
  mime?: string;
}

/** A file that is to be sent: open, and with its SHA-256, so that any number of tries send the same. */
export class OutgoingFile implements AsyncDisposable {
  readonly offer: Readonly<Offer>;
  readonly handle: FileHandle;

  private constructor(handle: FileHandle, offer: Offer) {
    this.handle = handle;
    this.offer = offer;
  }

  /** @throws {IpcError} NO_SUCH_FILE, FILE_UNREADABLE */
  static async open(path: string, options: OutgoingOptions = {}): Promise<OutgoingFile> {
    const { name = basename(path), mime = TYPES[extname(name).toLowerCase()] ?? "application/octet-stream" } =
      options;
    let handle: FileHandle | undefined;
    try {
      handle = await open(path);
      const stat = await handle.stat();
      if (!stat.isFile()) throw new IpcError("FILE_UNREADABLE", `${path} is not a file`, "send a file");
      const sha256 = (await digestOf(handle, stat.size)).digest("hex");
      return new OutgoingFile(handle, { type: "offer", version: 1, name, size: stat.size, mime, sha256 });
    } catch (cause) {
      await handle?.close();
      throw fileError(cause, `read ${path}`, "FILE_UNREADABLE");
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.handle.close();
  }
}
