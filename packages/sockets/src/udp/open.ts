import { bindSocket, close, setSocketOption, socket } from "@ipc-playground/libc";
import { checkSocket } from "../socket-errors.ts";
import { inetAddress, inetText } from "./address.ts";
import { UdpSocket } from "./udp-socket.ts";

export interface UdpOptions {
  /** The address to be reached at; it also chooses the family. Default 127.0.0.1. 0.0.0.0: any of this machine's. */
  address?: string;
  /** Default 0: the kernel chooses one; `address` of the socket says which. */
  port?: number;
  /** Others may bind the port too: for broadcast and multicast, where each of them gets a copy. SO_REUSEADDR */
  shared?: boolean;
}

/**
 * A UDP socket, bound. Closed when disposed.
 *
 * @throws {IpcError} ADDRESS_IN_USE, BAD_ADDRESS, NO_PERMISSION, TOO_MANY_DESCRIPTORS
 * @see udp(7), bind(2)
 */
export function openUdp(options: UdpOptions = {}): UdpSocket {
  const { address = "127.0.0.1", port = 0, shared = false } = options;
  const local = inetAddress({ address, port });
  const fd = checkSocket(socket(local.family, "datagram"), "socket", "make a UDP socket");
  try {
    if (shared) checkSocket(setSocketOption(fd, "SO_REUSEADDR", 1), "setsockopt", "share the port");
    checkSocket(bindSocket(fd, local), "bind", `listen at ${inetText({ address, port })}`);
    return new UdpSocket(fd);
  } catch (error) {
    close(fd);
    throw error;
  }
}
