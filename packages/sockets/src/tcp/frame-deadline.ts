import { IpcError } from "@ipc-playground/contract";
import type { Codec } from "@ipc-playground/framing";
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
  const { withinMs = DEFAULT_FRAME_MS, firstWithinMs, clock = systemClock } = options;
  let callOff: (() => void) | undefined;
  const clear = () => {
    callOff?.();
    callOff = undefined;
  };
  const arm = (ms: number, what: string) => {
    callOff ??= clock.after(ms, () => stream.destroy(late(what, ms)));
  };
  stream.once("close", clear);
  if (firstWithinMs !== undefined) arm(firstWithinMs, "sent no first frame");
  return {
    encode: (message) => codec.encode(message),
    decoder() {
      const inner = codec.decoder();
      return {
        get buffered() {
          return inner.buffered;
        },
        push: (chunk) => inner.push(chunk),
        end: () => inner.end(),
        next() {
          const frame = inner.next();
          if (frame !== null) clear();
          else if (inner.buffered > 0) arm(withinMs, "began a frame and did not finish it");
          return frame;
        },
      };
    },
  };
}

function late(what: string, ms: number): IpcError {
  return new IpcError(
    "DEADLINE_PASSED",
    `the other side ${what} within ${ms / 1000} s`,
    "the connection was cut; send whole messages",
  );
}
