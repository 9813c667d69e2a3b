import { Duplex, finished } from "node:stream";
import type { Codec, Decoder } from "./codec.ts";

type Callback = (error?: Error | null) => void;

/**
 * Messages both ways over a stream of bytes: write a message and it goes out as a frame, read and get
 * one. A reader that stops reading stops the bytes too, and a writer is told to wait (`drain`) when
 * the stream below is full.
 *
 * Ending it ends the writing side of the stream below; destroying it destroys that. Frames before a
 * damaged one can still be read; the error comes after them.
 *
 * `for await` destroys a Node stream at its end, and the writing side with it. To answer after the peer
 * has ended, loop over `iterator({ destroyOnReturn: false })`.
 *
 * @throws {IpcError} as the stream's `error`: FRAME_CUT, FRAME_TOO_LONG, BAD_FRAME, BAD_TEXT; and
 *   what `encode` throws for a message that cannot be sent.
 */
export function framed<In, Out>(stream: Duplex, codec: Codec<In, Out>): Framed<In, Out> {
  return new Framed(stream, codec);
}

/** See {@link framed}. */
export class Framed<In, Out = In> extends Duplex {
  readonly #stream: Duplex;
  readonly #codec: Codec<In, Out>;
  readonly #decoder: Decoder<Out>;
  #ended = false;
  /** What the decoder threw, while there are frames from before it that nobody has read. */
  #failure: Error | undefined;
  /** Called when the stream below has room again. */
  #waiting: Callback | undefined;

  constructor(stream: Duplex, codec: Codec<In, Out>) {
    super({ objectMode: true, allowHalfOpen: stream.allowHalfOpen });
    this.#stream = stream;
    this.#codec = codec;
    this.#decoder = codec.decoder();
    stream.on("data", (chunk: Uint8Array) => this.#take(chunk));
    stream.on("end", () => this.#finish());
    stream.on("drain", () => this.#goOn());
    // What is destroyed before it has ended says so here, with an error of its own.
    finished(stream, (error) => {
      if (error) this.destroy(this.#failure ?? error);
    });
  }

  override _read(): void {
    if (this.#give() && !this.#ended) this.#stream.resume();
  }

  override read(size?: number): Out | null {
    const frame = super.read(size) as Out | null;
    if (this.#failure !== undefined && this.readableLength === 0) this.destroy(this.#failure);
    return frame;
  }

  override _write(message: In, _encoding: BufferEncoding, done: Callback): void {
    this._writev([{ chunk: message }], done);
  }

  override _writev(messages: { chunk: In }[], done: Callback): void {
    // Corked, they leave in one writev(2).
    this.#stream.cork();
    try {
      let room = true;
      for (const { chunk } of messages) {
        for (const part of this.#codec.encode(chunk)) room = this.#stream.write(part);
      }
      if (room) done();
      else this.#waiting = done;
    } catch (error) {
      done(error as Error);
    } finally {
      this.#stream.uncork();
    }
  }

  override _final(done: Callback): void {
    this.#stream.end(() => done());
  }

  override _destroy(error: Error | null, done: Callback): void {
    this.#stream.destroy();
    // The stream below will never have room again, and who wrote is still waiting.
    this.#goOn(error ?? new Error("the stream was destroyed before the message was written"));
    done(error);
  }

  #goOn(error?: Error): void {
    const done = this.#waiting;
    this.#waiting = undefined;
    done?.(error);
  }

  #take(chunk: Uint8Array): void {
    this.#decoder.push(chunk);
    // The decoder keeps the rest of the chunk, and the stream below is stopped until it is asked for.
    if (!this.#give()) this.#stream.pause();
  }

  #finish(): void {
    this.#ended = true;
    try {
      this.#decoder.end();
    } catch (error) {
      this.#fail(error as Error);
      return;
    }
    this.#give();
  }

  /** Give out frames until there is none, or nobody wants more. Returns whether more are wanted. */
  #give(): boolean {
    while (!this.destroyed && this.#failure === undefined) {
      const frame = this.#next();
      if (this.#failure !== undefined) break;
      if (frame === null) {
        if (this.#ended) this.push(null);
        return true;
      }
      if (!this.push(frame)) return false;
    }
    return false;
  }

  #next(): Out | null {
    try {
      return this.#decoder.next();
    } catch (error) {
      this.#fail(error as Error);
      return null;
    }
  }

  /** The error, once the frames from before it have been read. */
  #fail(error: Error): void {
    this.#failure = error;
    if (this.readableLength === 0) this.destroy(error);
  }
}
