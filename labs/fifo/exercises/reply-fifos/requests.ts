/** A client's request, and where it waits for the reply. */
export interface Request {
  /** The FIFO that the client has made, and reads, or will read. */
  replyPath: string;
  text: string;
  /** How many times over the text is to come back. */
  times: number;
}

/** What is to be written into the client's FIFO. May be longer than a FIFO holds. */
export function replyTo({ text, times }: Request): Uint8Array {
  return Buffer.from(text.toUpperCase().repeat(times));
}
