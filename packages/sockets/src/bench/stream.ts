import { type ConnectOpts, Socket, type SocketConstructorOpts } from "node:net";
import {
  type Deliver,
  type EventLoopEndpoint,
  type SyncEndpoint,
  wholeMessages,
} from "@ipc-playground/bench-kit";
import { recv, send } from "@ipc-playground/libc";
import { checkSocket } from "../socket-errors.ts";

/** As much as libuv reads at once. */
const READ_BYTES = 65_536;

/** send(2) and recv(2) on a connected stream that sleep. */
export function blockingStream(fd: number): SyncEndpoint {
  return {
    send(message) {
      for (let done = 0; done < message.length; ) {
        // Nearly always all of it goes at once, and needs no view of its own.
        const rest = done === 0 ? message : message.subarray(done);
        done += checkSocket(send(fd, rest), "send", "send");
      }
    },
    receive: (message) => receiveAll(message, (rest) => recv(fd, rest)),
  };
}

/** Fill `message` with what `receiveSome` gives, which is a number of bytes, 0 at the end, or `-errno`. */
export function receiveAll(message: Uint8Array, receiveSome: (rest: Uint8Array) => number): number {
  let have = 0;
  while (have < message.length) {
    const count = receiveSome(have === 0 ? message : message.subarray(have));
    if (checkSocket(count, "recv", "receive") === 0) break;
    have += count;
  }
  return have;
}

/** Node's `net` on a connected stream, reading into one buffer: its `onread` option. */
export function netStream(fd: number, size: number, deliver: Deliver): EventLoopEndpoint {
  const take = wholeMessages(size, deliver);
  // The types know the option only where a socket is connected by Node.
  const options: SocketConstructorOpts & ConnectOpts = {
    fd,
    onread: {
      buffer: Buffer.alloc(READ_BYTES),
      callback(bytes, buffer) {
        take(Buffer.from(buffer.buffer, buffer.byteOffset, bytes));
        return true;
      },
    },
  };
  const socket = new Socket(options);
  socket.resume();
  return { send: (message, sent) => socket.write(message, () => sent()) };
}
