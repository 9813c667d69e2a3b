import { type Channel, type ChannelEnd, FIRST_FD } from "@ipc-playground/bench-kit";
import { callError, socketpair } from "@ipc-playground/libc";

/** How process.send() turns a message into bytes. child_process, "Advanced serialization" */
export type Serialization = "json" | "advanced";

/**
 * What fork() gives to parent and child, given to the two sides: a pair of Unix sockets, on which each
 * one's Node opens its channel when it starts. So process.send() and "message" are Node's own in both.
 */
export function openProcessChannel(serialization: Serialization): Channel<"channel"> {
  const pair = socketpair("stream");
  if (typeof pair === "number") {
    throw callError(pair, { syscall: "socketpair", doing: "make a pair of sockets" });
  }
  const end = (channel: number): ChannelEnd<"channel", never> => ({
    fds: { channel },
    // What fork() sets for the child.
    env: { NODE_CHANNEL_FD: `${FIRST_FD}`, NODE_CHANNEL_SERIALIZATION_MODE: serialization },
  });
  return { a: end(pair[0]), b: end(pair[1]) };
}

/** process.send() to the other side. `sent` is called when Node has given the message to the kernel. */
export function sendToPartner(message: string | Uint8Array, sent: () => void): void {
  // The types know only processes that have a channel or none; this one has.
  process.send?.(message, undefined, undefined, (error) => {
    if (error) throw error;
    sent();
  });
}
