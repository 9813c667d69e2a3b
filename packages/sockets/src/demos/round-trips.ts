import {
  accept,
  bindSocket,
  check,
  close,
  connectSocket,
  listen,
  recv,
  send,
  setSocketOption,
  socket,
  socketName,
} from "@ipc-playground/libc";

/** A TCP connection with itself, Nagle's algorithm off: client and server descriptor. */
export function tcpPair(): [number, number] {
  const listener = socket("inet", "stream");
  check(bindSocket(listener, { family: "inet", address: "127.0.0.1", port: 0 }), {
    syscall: "bind",
    doing: "bind",
  });
  listen(listener, 1);
  const client = socket("inet", "stream");
  const address = socketName(listener);
  if (address === null || typeof address === "number") throw new Error("no address");
  check(connectSocket(client, address), { syscall: "connect", doing: "connect" });
  const server = accept(listener);
  close(listener);
  for (const end of [client, server]) setSocketOption(end, "TCP_NODELAY", 1);
  return [client, server];
}

/** Microseconds that a message of so many bytes takes there and back, by the mean of so many. Blocks the thread. */
export function roundTripMicros(fd: number, bytes: number, trips: number): number {
  const message = new Uint8Array(bytes);
  const began = performance.now();
  for (let i = 0; i < trips; i++) {
    send(fd, message);
    recv(fd, message);
  }
  return ((performance.now() - began) * 1_000) / trips;
}

/** The one in the middle. */
export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] as number;
}
