import { IpcError } from "@ipc-playground/contract";
import type { Codec, Decoder } from "@ipc-playground/framing";
import { type Clock, systemClock } from "./clock.ts";
import { DEFAULT_FRAME_MS } from "./limits.ts";

export interface FrameDeadlineOptions {
  /** Milliseconds in which a frame that has begun must be whole. Default: 10 s. */
  withinMs?: number;
  /** Milliseconds in which the first frame must have come, begun or not. Default: no deadline. */
  firstWithinMs?: number;
  clock?: Clock;
}

/** What a deadline can cut: a stream, or what stands for one. */
export interface Cuttable {
  once(event: "close", listener: () => void): unknown;
  destroy(error: IpcError): unknown;
}

/**
 * The codec for one stream whose peer must finish what it begins: a byte now and then keeps any idle timer
 * happy for ever ("slowloris"), but not this one. The stream of a peer that is late is destroyed with
 * DEADLINE_PASSED. Time in which nobody asks for frames does not count.
 */
export function frameDeadline<In, Out>(
  stream: Cuttable,
  codec: Codec<In, Out>,
  options: FrameDeadlineOptions = {},
): Codec<In, Out> {
  const deadline = new Deadline(stream, options);
  return {
    encode: (message) => codec.encode(message),
    decoder: () => new PunctualDecoder(codec.decoder(), deadline),
  };
}

/** What cuts a stream when a frame is late. */
class Deadline {
  readonly #stream: Cuttable;
  readonly #withinMs: number;
  readonly #clock: Clock;
  #callOff: (() => void) | undefined;

  constructor(
    stream: Cuttable,
    { withinMs = DEFAULT_FRAME_MS, firstWithinMs, clock = systemClock }: FrameDeadlineOptions,
  ) {
    this.#stream = stream;
    this.#withinMs = withinMs;
    this.#clock = clock;
    stream.once("close", () => this.clear());
    if (firstWithinMs !== undefined) this.#arm(firstWithinMs, "sent no first frame");
  }

  frameBegan(): void {
    this.#arm(this.#withinMs, "began a frame and did not finish it");
  }

  clear(): void {
    this.#callOff?.();
    this.#callOff = undefined;
  }

  #arm(ms: number, what: string): void {
    this.#callOff ??= this.#clock.after(ms, () => this.#stream.destroy(late(what, ms)));
  }
}

/** The codec's decoder, and its deadline. A class: an object with a getter of its own would be a kilobyte for each connection. */
class PunctualDecoder<Out> implements Decoder<Out> {
  readonly #inner: Decoder<Out>;
  readonly #deadline: Deadline;

  constructor(inner: Decoder<Out>, deadline: Deadline) {
    this.#inner = inner;
    this.#deadline = deadline;
  }

  get buffered(): number {
    return this.#inner.buffered;
  }

  push(chunk: Uint8Array): void {
    this.#inner.push(chunk);
  }

  end(): void {
    this.#inner.end();
  }

  next(): Out | null {
    const frame = this.#inner.next();
    if (frame !== null) this.#deadline.clear();
    else if (this.#inner.buffered > 0) this.#deadline.frameBegan();
    return frame;
  }
}

function late(what: string, ms: number): IpcError {
  return new IpcError(
    "DEADLINE_PASSED",
    `the other side ${what} within ${ms / 1000} s`,
    "the connection was cut; send whole messages",
  );
}
