import { IpcError } from "@ipc-playground/contract";
import { type Address, parsePort } from "@ipc-playground/sockets";
import { DEFAULT_PORT } from "../limits.ts";

/**
 * Where a server is, as somebody typed it: `host:port`, `[::1]:port`, `port`, `host`; nothing at all is this
 * machine and port 8080.
 *
 * @throws {IpcError} BAD_ADDRESS
 */
export function parseServer(text = ""): Address {
  const host = "127.0.0.1";
  if (text === "") return { host, port: DEFAULT_PORT };
  if (/^\d+$/.test(text)) return { host, port: parsePort(text) };
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(text) ?? [];
  const name = bracketed ?? plain;
  if (name === undefined || name === "") {
    throw new IpcError(
      "BAD_ADDRESS",
      `${JSON.stringify(text)} does not say where a server is`,
      "write HOST:PORT, for example 127.0.0.1:8080; an IPv6 address in brackets",
    );
  }
  return { host: name, port: port === undefined ? DEFAULT_PORT : parsePort(port) };
}
