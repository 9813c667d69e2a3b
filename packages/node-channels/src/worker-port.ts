import type { MessagePort } from "node:worker_threads";
import type { Deliver, EventLoopEndpoint } from "@ipc-playground/bench-kit";

/** How much a producer may be ahead of its receiver. */
const AHEAD_BYTES = 1_048_576;
const LEAST_AHEAD = 4;
const MOST_AHEAD = 1024;

/**
 * postMessage() to the other thread, which gets a copy.
 *
 * A port takes whatever it is given, until the memory is full, and never says that somebody has it. So
 * whoever is half as far ahead as it may be asks with a `null`, and stops at the whole until something
 * comes back: the other side's `null`, or an answer, which it sends after it took what was before.
 */
export function portEndpoint(
  port: MessagePort,
  role: "a" | "b",
  size: number,
  deliver: Deliver,
): EventLoopEndpoint {
  const most = Math.min(MOST_AHEAD, Math.max(LEAST_AHEAD, Math.floor(AHEAD_BYTES / Math.max(1, size))));
  const half = most >> 1;
  const waiting: (() => void)[] = [];
  let ahead = 0;

  port.on("message", (message: Uint8Array | null) => {
    // Only A sends without being answered, so only A asks.
    if (message === null && role === "b") return port.postMessage(null);
    ahead = 0;
    for (const sent of waiting.splice(0)) sent();
    if (message !== null) deliver(message);
  });

  return {
    send(message, sent) {
      port.postMessage(message);
      ahead++;
      if (role === "a" && ahead === half) port.postMessage(null);
      if (ahead < most) process.nextTick(sent);
      else waiting.push(sent);
    },
  };
}
