import { IpcError } from "@ipc-playground/contract";

/** Where a server is: a name or an address, and a port. */
export interface Address {
  host: string;
  port: number;
}

/** `127.0.0.1:5000`, or `[::1]:5000`: the colons of an IPv6 address are not the port's. */
export function addressText({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * The port that a text says.
 *
 * @throws {IpcError} BAD_ADDRESS
 */
export function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new IpcError(
    "BAD_ADDRESS",
    `${JSON.stringify(text)} is not a port`,
    "give a whole number from 0 to 65535; from 1024 on for a server, unless you are root",
  );
}
