import type { Hash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, link, lstat, open, stat, statfs, unlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { IpcError } from "@ipc-playground/contract";
import { flock, LOCK_EX, LOCK_NB } from "@ipc-playground/libc";
import { digestOf } from "./digest.ts";
import { fileError } from "./file-errors.ts";
import { safeName, shownName } from "./safe-name.ts";
import type { Offer } from "./wire.ts";

/** Called while bytes that are there already are checked; 0 while another connection is waited for. */
type OnChecked = (bytes: number) => void;

/**
 * A file that is being received: under a hidden name of its own, made of its SHA-256, until it is whole and
 * proven; only then does its name exist. What came before a cut, or a kill -9, stays for the next try.
 */
export class IncomingFile implements AsyncDisposable {
  readonly #offer: Offer;
  readonly #path: string;
  readonly #partPath: string;
  readonly #folder: string;
  readonly #handle: FileHandle;
  #hash: Hash;
  #bytes: number;

  private constructor(folder: string, offer: Offer, handle: FileHandle, bytes: number, hash: Hash) {
    this.#folder = folder;
    this.#offer = offer;
    this.#path = join(folder, offer.name);
    this.#partPath = partPath(folder, offer);
    this.#handle = handle;
    this.#bytes = bytes;
    this.#hash = hash;
  }

  /**
   * Open it, for the first time or again. Returns `"whole"` if the folder has it already, byte for byte.
   *
   * @throws {IpcError} UNSAFE_NAME, FILE_EXISTS, DISK_FULL, FILE_UNWRITABLE, NO_SUCH_FILE
   * @throws {IpcError} TRANSFER_REFUSED: another connection is at it.
   */
  static async open(
    folder: string,
    offer: Offer,
    lockWithinMs: number,
    onChecked?: OnChecked,
  ): Promise<IncomingFile | "whole"> {
    safeName(offer.name);
    const deadline = performance.now() + lockWithinMs;
    for (;;) {
      if (await isWhole(folder, offer, onChecked)) {
        await unlink(partPath(folder, offer)).catch(() => {});
        return "whole";
      }
      const handle = await openPart(partPath(folder, offer));
      try {
        // Of a connection that was cut, one side may not know yet: it still holds the lock.
        await lock(handle, offer, deadline, onChecked);
        if (await isStill(handle, partPath(folder, offer)))
          return await IncomingFile.#resume(folder, offer, handle, onChecked);
      } catch (error) {
        await handle.close();
        throw error;
      }
      // While we waited, the other one finished and took the name away.
      await handle.close();
    }
  }

  static async #resume(
    folder: string,
    offer: Offer,
    handle: FileHandle,
    onChecked?: OnChecked,
  ): Promise<IncomingFile> {
    let bytes = (await handle.stat()).size;
    let hash = await digestOf(handle, bytes, onChecked);
    if (bytes > offer.size || (bytes === offer.size && hash.copy().digest("hex") !== offer.sha256)) {
      // After a loss of power a file may be as long as it was, and have zeros in it.
      await handle.truncate(0);
      bytes = 0;
      hash = await digestOf(handle, 0);
    }
    const { bavail, bsize } = await statfs(folder);
    const file = new IncomingFile(folder, offer, handle, bytes, hash);
    if (offer.size - bytes <= bavail * bsize) return file;
    await file.discard();
    throw new IpcError(
      "DISK_FULL",
      `${shownName(offer.name)} has ${offer.size} bytes, and there is room for ${bavail * bsize}`,
      "make room on the receiver's side, and send it again",
    );
  }

  /** Bytes that are there. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Add bytes.
   *
   * @throws {IpcError} TRANSFER_DAMAGED: more than were announced.
   * @throws {IpcError} DISK_FULL, FILE_UNWRITABLE
   */
  async write(piece: Uint8Array): Promise<void> {
    if (this.#bytes + piece.length > this.#offer.size) {
      throw damaged(this.#offer, `${this.#offer.size} bytes were announced, and more came`);
    }
    this.#hash.update(piece);
    try {
      for (let at = 0; at < piece.length; ) {
        // One write(2) may take a part, above all the last one before the disk is full.
        const { bytesWritten } = await this.#handle.write(piece, at, piece.length - at, this.#bytes);
        at += bytesWritten;
        this.#bytes += bytesWritten;
      }
    } catch (cause) {
      throw fileError(cause, `write ${shownName(this.#offer.name)}`, "FILE_UNWRITABLE");
    }
  }

  /**
   * Prove it, bring it to the disk (`durable`), and give it its name.
   *
   * @throws {IpcError} TRANSFER_DAMAGED, FILE_EXISTS, DISK_FULL, FILE_UNWRITABLE
   */
  async publish(durable: boolean): Promise<void> {
    if (this.#bytes !== this.#offer.size) {
      throw damaged(this.#offer, `${this.#offer.size} bytes were announced, and ${this.#bytes} came`);
    }
    if (this.#hash.digest("hex") !== this.#offer.sha256) {
      throw damaged(this.#offer, "its SHA-256 is not the one that was announced");
    }
    try {
      if (durable) await this.#handle.sync();
      // Not rename(2): it would replace a file of that name, and link(2) never does.
      await link(this.#partPath, this.#path);
      await unlink(this.#partPath);
      if (durable) await syncFolder(this.#folder);
    } catch (cause) {
      throw fileError(cause, `give ${shownName(this.#offer.name)} its name`, "FILE_UNWRITABLE");
    }
  }

  /** Give up what came: it is worth nothing, or it fills a disk that is full. */
  async discard(): Promise<void> {
    await unlink(this.#partPath).catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}

/** What stays of a file that did not come to its end. A sender cannot name it: its own names have no dot in front. */
export function partPath(folder: string, { sha256 }: Pick<Offer, "sha256">): string {
  return join(folder, `.incoming-${sha256}`);
}

async function openPart(path: string): Promise<FileHandle> {
  const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    const handle = await open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o644);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
  } catch (cause) {
    throw fileError(cause, "make a file for what comes", "FILE_UNWRITABLE");
  }
  throw new IpcError("FILE_UNWRITABLE", `${path} is not a file`, "remove it");
}

/** flock(2), which goes with the process, however that ends. */
async function lock(
  handle: FileHandle,
  offer: Offer,
  deadline: number,
  onChecked?: OnChecked,
): Promise<void> {
  while (flock(handle.fd, LOCK_EX | LOCK_NB) < 0) {
    if (performance.now() > deadline) {
      throw new IpcError(
        "TRANSFER_REFUSED",
        `${shownName(offer.name)} is coming over another connection`,
        "wait until that one is done, or is gone",
      );
    }
    onChecked?.(0);
    await delay(10);
  }
}

/** Whether the path still leads to the open file. */
async function isStill(handle: FileHandle, path: string): Promise<boolean> {
  const [ours, there] = await Promise.all([handle.stat(), stat(path).catch(() => undefined)]);
  return there?.ino === ours.ino && there.dev === ours.dev;
}

/** @throws {IpcError} UNSAFE_NAME, FILE_EXISTS: something else has the name. */
async function isWhole(folder: string, offer: Offer, onChecked?: OnChecked): Promise<boolean> {
  const path = join(folder, offer.name);
  const there = await lstat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return undefined;
    throw fileError(cause, `look at ${shownName(offer.name)}`, "FILE_UNWRITABLE");
  });
  if (there === undefined) return false;
  if (there.isSymbolicLink()) {
    throw new IpcError(
      "UNSAFE_NAME",
      `${shownName(offer.name)} is a symbolic link in the receiver's folder`,
      "send it under another name",
    );
  }
  if (there.isFile() && there.size === offer.size) {
    await using handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    if ((await digestOf(handle, there.size, onChecked)).digest("hex") === offer.sha256) return true;
  }
  throw new IpcError(
    "FILE_EXISTS",
    `there is another ${shownName(offer.name)} in the receiver's folder`,
    "send it under another name: nothing is overwritten",
  );
}

/** A new name is on the disk when its folder is. fsync(2) */
async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  await handle.sync();
}

function damaged({ name }: Offer, how: string): IpcError {
  return new IpcError(
    "TRANSFER_DAMAGED",
    `${shownName(name)} is not what was announced: ${how}`,
    "send it again",
  );
}
