import type { Socket } from "node:net";

/** Pauses when it should; "once" means that it goes on once. */
export function relay(from: Socket, to: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    from.on("data", (chunk) => {
      if (!to.write(chunk)) from.pause();
    });
    to.once("drain", () => from.resume());
    from.on("end", () => to.end(() => resolve(from.bytesRead)));
    to.on("error", (error) => {
      from.destroy();
      reject(error);
    });
  });
}
