import type { Socket } from "node:net";

/** Reads everything first, and then writes it in one go. */
export async function relay(from: Socket, to: Socket): Promise<number> {
  const chunks: Buffer[] = [];
  for await (const chunk of from) chunks.push(chunk);
  await new Promise<void>((resolve, reject) => {
    to.once("error", reject);
    to.end(Buffer.concat(chunks), resolve);
  });
  return from.bytesRead;
}
