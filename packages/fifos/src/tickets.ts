/**
 * What the ticket office and its clients agree on. A client asks for tickets in the office's one
 * FIFO, and gets the number of its first one in a FIFO of its own.
 */
export interface TicketRequest {
  /** The client's pid, which names its reply FIFO. */
  client: number;
  /** How many tickets, one after the other. */
  tickets: number;
}

/**
 * Two 32-bit numbers, little-endian. Far below PIPE_BUF, so requests of several clients never mix;
 * all of one length, so the office can tell where the next one begins.
 */
export const REQUEST_BYTES = 8;

export function encodeRequest({ client, tickets }: TicketRequest): Uint8Array {
  const view = new DataView(new ArrayBuffer(REQUEST_BYTES));
  view.setInt32(0, client, true);
  view.setInt32(4, tickets, true);
  return new Uint8Array(view.buffer);
}

export function decodeRequest(bytes: Uint8Array): TicketRequest {
  const view = new DataView(bytes.buffer, bytes.byteOffset, REQUEST_BYTES);
  return { client: view.getInt32(0, true), tickets: view.getInt32(4, true) };
}

/** The FIFO in which this client waits for its reply: beside the office's, with its pid. */
export function replyPath(office: string, client: number): string {
  return `${office}.${client}`;
}
