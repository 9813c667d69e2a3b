import { connect as netConnect, type Socket } from "node:net";
import { IpcError } from "@ipc-playground/contract";
import { type Address, addressText } from "./address.ts";
import { DEFAULT_CONNECT_MS } from "./limits.ts";
import { inPlainWords } from "./words.ts";

export interface ConnectOptions extends Address {
  /** Milliseconds until this gives up. Default: 10 s. */
  withinMs?: number;
  /** Gives it up at once. Once connected, it means nothing to the socket. */
  signal?: AbortSignal;
  /** Whether this side may still write when the server has ended its own. Default: no. */
  allowHalfOpen?: boolean;
}

/**
 * Connect, by name or address.
 *
 * @throws {IpcError} CONNECTION_REFUSED, UNREACHABLE, NAME_NOT_FOUND, BAD_ADDRESS, NO_PERMISSION, TOO_MANY_DESCRIPTORS
 * @throws {IpcError} DEADLINE_PASSED
 * @throws the signal's reason
 */
export function connect(options: ConnectOptions): Promise<Socket> {
  const { host, port, withinMs = DEFAULT_CONNECT_MS, signal, allowHalfOpen = false } = options;
  const where = addressText(options);
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    let socket: Socket;
    try {
      socket = netConnect({ host, port, allowHalfOpen, noDelay: true });
    } catch (cause) {
      reject(inPlainWords(cause, "connect", where));
      return;
    }
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    const fail = (error: unknown) => {
      settle();
      // A look-up may still be under way, and fail when nobody listens any more.
      socket.on("error", () => {});
      socket.destroy();
      reject(error);
    };
    const refused = (cause: Error) => fail(inPlainWords(cause, "connect", where));
    const abort = () => fail(signal?.reason);
    const timer = setTimeout(() => fail(tooLate(where, withinMs)), withinMs);
    signal?.addEventListener("abort", abort);
    socket.once("error", refused);
    socket.once("connect", () => {
      settle();
      socket.off("error", refused);
      resolve(socket);
    });
  });
}

function tooLate(where: string, withinMs: number): IpcError {
  return new IpcError(
    "DEADLINE_PASSED",
    `${where} did not answer within ${withinMs / 1000} s`,
    "check the address; a machine that is off or behind a firewall does not even refuse",
  );
}
