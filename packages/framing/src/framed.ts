import { Duplex, finished } from "node:stream";
import type { Codec, Decoder } from "./codec.ts";

type Callback = (error?: Error | null) => void;

/**
 * Messages both ways over a stream of bytes: write a message and it goes out as a frame, read and get
 * one. A reader that stops reading stops the bytes too, and a writer is told to wait (`drain`) when
 * the stream below is full.
 *
 * Ending it ends the writing side of the stream below; destroying it destroys that.
 *
 * @throws {IpcError} as the stream's `error`: FRAME_CUT, FRAME_TOO_LONG, BAD_FRAME, BAD_TEXT
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

  constructor(stream: Duplex, codec: Codec<In, Out>) {
    super({ objectMode: true, allowHalfOpen: stream.allowHalfOpen });
    this.#stream = stream;
    this.#codec = codec;
    this.#decoder = codec.decoder();
    stream.on("data", (chunk: Uint8Array) => this.#take(chunk));
    stream.on("end", () => this.#finish());
    // What is destroyed before it has ended says so here, with an error of its own.
    finished(stream, (error) => {
      if (error) this.destroy(error);
    });
  }

  override _read(): void {
    if (this.#give() && !this.#ended) this.#stream.resume();
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
      else this.#stream.once("drain", () => done());
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
    done(error);
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
      this.destroy(error as Error);
      return;
    }
    this.#give();
  }

  /** Give out frames until there is none, or nobody wants more. Returns whether more are wanted. */
  #give(): boolean {
    try {
      for (let frame = this.#decoder.next(); frame !== null; frame = this.#decoder.next()) {
        if (!this.push(frame)) return false;
      }
    } catch (error) {
      this.destroy(error as Error);
      return false;
    }
    if (this.#ended) this.push(null);
    return true;
  }
}
