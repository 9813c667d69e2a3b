import { accept, close, setSocketOption } from "@ipc-playground/libc";
import { connectedSocket, listeningSocket } from "../epoll/listening-socket.ts";
import { checkSocket } from "../socket-errors.ts";

/** Both ends of a new TCP connection over loopback: descriptors that belong to the caller, and block. */
export function tcpPair({ noDelay }: { noDelay: boolean }): [number, number] {
  const listener = listeningSocket({ host: "127.0.0.1", port: 0 });
  try {
    const client = connectedSocket(listener.address);
    const server = checkSocket(accept(listener.fd), "accept", "accept the connection");
    for (const fd of [client, server]) setSocketOption(fd, "TCP_NODELAY", noDelay ? 1 : 0);
    return [client, server];
  } finally {
    close(listener.fd);
  }
}
