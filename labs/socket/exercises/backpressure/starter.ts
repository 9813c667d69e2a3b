import type { Socket } from "node:net";

/**
 * Pass every byte of `from` on to `to`, and end `to` when `from` has ended. Resolves with the number of
 * bytes; rejects, and destroys `from`, when `to` breaks.
 */
export function relay(from: Socket, to: Socket): Promise<number> {
  return new Promise((resolve) => {
    from.on("data", (chunk) => to.write(chunk));
    from.on("end", () => to.end(() => resolve(from.bytesRead)));
  });
}
