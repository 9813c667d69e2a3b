import type { Socket } from "node:net";

/**
 * Pass every byte of `from` on to `to`, and end `to` when `from` has ended. Resolves with the number of
 * bytes; rejects, and destroys `from`, when `to` breaks.
 *
 * `pipeline(from, to)` of node:stream/promises does the same. This is what is in it.
 */
export function relay(from: Socket, to: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    from.on("data", (chunk) => {
      // What is not read stays in the kernel, its buffer fills, and the writer stands still.
      if (!to.write(chunk)) from.pause();
    });
    to.on("drain", () => from.resume());
    from.on("end", () => to.end(() => resolve(from.bytesRead)));
    const broken = (error: Error) => {
      from.destroy();
      to.destroy();
      reject(error);
    };
    from.on("error", broken);
    to.on("error", broken);
  });
}
