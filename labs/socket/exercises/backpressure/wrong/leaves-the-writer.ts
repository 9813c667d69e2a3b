import type { Socket } from "node:net";

/** pipe() heeds back-pressure, and does not pass on that its target broke: the source stays as it was. */
export function relay(from: Socket, to: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    from.pipe(to);
    to.on("finish", () => resolve(from.bytesRead));
    to.on("error", reject);
  });
}
