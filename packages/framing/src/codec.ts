/**
 * Turns bytes, however they are cut, into frames. Push and pull: the consumer stops asking when it
 * has enough, and nothing is called back.
 *
 * A decoder that has failed stays failed: it throws the same error again, since after a damaged
 * frame nobody knows where the next one begins.
 */
export interface Decoder<T> {
  /**
   * Give it the next bytes. Unless its codec copies, frames are views into them: the chunk must stay
   * as it is for as long as its frames are used. With copies, until `next` has given `null`.
   */
  push(chunk: Uint8Array): void;
  /**
   * The next frame, or `null` until more bytes come.
   *
   * @throws {IpcError} FRAME_TOO_LONG, BAD_FRAME, BAD_TEXT
   * @throws {IpcError} FRAME_CUT: after {@link end}, what is left is no whole frame.
   */
  next(): T | null;
  /**
   * No more bytes will come. Frames that are whole can still be asked for.
   *
   * @throws {IpcError} FRAME_CUT: all frames were asked for, and the bytes end inside another.
   */
  end(): void;
  /** Bytes that were pushed and belong to no frame that was given out. */
  readonly buffered: number;
}

/** A way to tell where a message ends. One codec serves any number of connections. */
export interface Codec<In, Out = In> {
  /** A decoder for one stream of bytes. */
  decoder(): Decoder<Out>;
  /**
   * The bytes of one message, to be written one after the other. Encode a broadcast once: the
   * bytes are nobody's, and may go to every connection. A long message is itself among them, not
   * copied: leave it as it is until it is written.
   *
   * @throws {IpcError} FRAME_TOO_LONG, BAD_ARGUMENT: a message that could not be decoded again.
   */
  encode(message: In): Uint8Array[];
}

/** A codec whose messages are text. It says so, since a function cannot be asked what it takes. */
export interface TextCodec extends Codec<string> {
  readonly carries: "text";
}
