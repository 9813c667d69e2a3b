import type { Socket } from "node:net";
import type { Writable } from "node:stream";

/** Milliseconds that a peer has to take the last words and to end its own side. */
const DEFAULT_GOODBYE_MS = 2_000;

/**
 * End a connection from this side, so that the last words arrive: write them, send FIN, and go on
 * reading, to throw away, until the peer has ended too. Closing at once would not do: the kernel answers
 * input that nobody read with RST, and what was still to be sent is thrown away.
 *
 * Returns whether the peer ended in time; if not, the connection was cut. tcp(7), RFC 2525 2.17
 */
export function goodbye(
  socket: Socket,
  lastWords: Uint8Array | string = "",
  { withinMs = DEFAULT_GOODBYE_MS }: { withinMs?: number } = {},
): Promise<boolean> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => socket.destroy(), withinMs);
    socket.once("close", () => {
      clearTimeout(cut);
      resolve(socket.readableEnded);
    });
    if (socket.destroyed) {
      clearTimeout(cut);
      resolve(socket.readableEnded);
      return;
    }
    if (socket.writable) socket.end(lastWords);
    socket.resume();
  });
}

/** Wait until a stream has room again, or is over: who writes on then writes to nobody. */
export function drained(stream: Writable): Promise<void> {
  if (!stream.writableNeedDrain || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      stream.off("drain", done);
      stream.off("close", done);
      resolve();
    };
    stream.on("drain", done);
    stream.on("close", done);
  });
}
