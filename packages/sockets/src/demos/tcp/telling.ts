import type { Log } from "@ipc-playground/lab-kit";
import * as libc from "@ipc-playground/libc";

/** Bytes that one recv() asks for, unless said otherwise. */
const ROOM_BYTES = 65_536;

function nameOf(fd: number): string {
  return libc.descriptorTarget(process.pid, fd) ?? `fd ${fd}`;
}

/** connect(2) to a port of this machine. Returns 0 or `-errno`. */
export function connect(log: Log, fd: number, port: number): number {
  let result = 0;
  log.call("connect", `port ${port}`, () => {
    result = libc.connectSocket(fd, { family: "inet", address: "127.0.0.1", port });
    return result < 0 ? result : "connected";
  });
  return result;
}

/** A new socket, connected. */
export function connected(
  log: Log,
  port: number,
  options: readonly (readonly [libc.SocketOption, number])[] = [],
): number {
  const fd = libc.socket("inet", "stream");
  for (const [option, value] of options) libc.setSocketOption(fd, option, value);
  libc.check(connect(log, fd, port), { syscall: "connect", doing: `connect to port ${port}` });
  return fd;
}

/** accept(2). */
export function accept(log: Log, listener: number): number {
  let fd = 0;
  log.call("accept", "listener", () => {
    fd = libc.accept(listener);
    return fd < 0 ? fd : "connected";
  });
  return libc.check(fd, { syscall: "accept", doing: "accept a connection" });
}

/** send(2). Returns the bytes taken, or `-errno`. */
export function send(log: Log, fd: number, data: string | Uint8Array, flags = 0): number {
  return log.call("send", nameOf(fd), () => libc.send(fd, Buffer.from(data), flags));
}

export interface Received {
  /** Bytes; 0 at the end; `-errno`. */
  result: number;
  text: string;
}

/** recv(2). */
export function recv(log: Log, fd: number, room = ROOM_BYTES): Received {
  const buffer = Buffer.alloc(room);
  const result = log.call(
    "recv",
    nameOf(fd),
    () => libc.recv(fd, buffer),
    undefined,
    (bytes) => (bytes === 0 ? { result: "end-of-file" } : {}),
  );
  return { result, text: buffer.toString("latin1", 0, Math.max(0, result)) };
}

/** close(2). */
export function close(log: Log, fd: number): void {
  log.call("close", nameOf(fd), () => {
    const result = libc.close(fd);
    return result < 0 ? result : "closed";
  });
}

/** shutdown(2) of the sending direction. */
export function endSending(log: Log, fd: number): void {
  log.call("shutdown", nameOf(fd), () => {
    const result = libc.shutdown(fd, "write");
    return result < 0 ? result : "sending ended";
  });
}

/** Wait until the director opens this gate. `false`: it has gone for good. */
export function passGate(fd: number): boolean {
  return libc.read(fd, new Uint8Array(1)) === 1;
}

/** `ECONNRESET` for -104; the number itself if it is none. */
export function told(result: number): string {
  return result < 0 ? libc.errnoSymbol(-result) : `${result} B`;
}
