import { IpcError } from "@ipc-playground/contract";
import {
  connectSocket,
  ERRNO,
  getSocketOption,
  MSG_CTRUNC,
  MSG_TRUNC,
  type PeerCredentials,
  peerCredentials,
  peerName,
  receiveMessage,
  recv,
  recvFrom,
  type SocketType,
  send,
  sendDescriptors,
  sendTo,
  setSocketOption,
  shutdown,
  socketName,
} from "@ipc-playground/libc";
import { DESCRIPTORS_PER_MESSAGE } from "../limits.ts";
import { checkSocket, socketError, tooLong } from "../socket-errors.ts";
import { SocketHandle, type Unready, type Waits } from "../socket-handle.ts";
import { type UnixPath, unixAddress, unixPathText } from "./address.ts";
import type { BoundPath } from "./bound-path.ts";
import { ReceivedDescriptor } from "./descriptors.ts";
import type {
  End,
  UnixMessage,
  UnixMessageWithDescriptors,
  UnixReceiveResult,
  UnixSendResult,
} from "./results.ts";

const EMSGSIZE = -(ERRNO.EMSGSIZE as number);
const END: End = { kind: "end" };
const ROOM_BYTES = 65_536;

/** A Unix socket: a connected stream or seqpacket socket, or a datagram socket. Its calls put the thread to sleep. */
export class UnixSocket extends SocketHandle {
  readonly type: SocketType;
  readonly #bound: BoundPath | undefined;
  #buffer: Uint8Array | undefined;

  /** Take over a descriptor, as from a parent: from now on this object closes it. */
  constructor(fd: number, type: SocketType, options: { bound?: BoundPath; nonBlocking?: boolean } = {}) {
    super(fd, options.nonBlocking);
    this.type = type;
    this.#bound = options.bound;
  }

  /** Its own address: a path, an abstract name, or `""` for none. getsockname(2) */
  get path(): UnixPath {
    return pathOf(socketName(this.fd), "getsockname");
  }

  /** The other end's address, as it was when it was connected: `""` for none. getpeername(2) */
  get peerPath(): UnixPath {
    return pathOf(peerName(this.fd), "getpeername");
  }

  /**
   * Send. A datagram or seqpacket message goes whole or not at all; a stream takes all of it too, unless
   * time is up first: then `bytes` says how many it took. A full receiver makes it sleep, event loop and all.
   *
   * @throws {IpcError} MESSAGE_TOO_LONG: over the send buffer (SO_SNDBUF).
   * @throws {IpcError} CONNECTION_LOST: nobody has the other end. CONNECTION_REFUSED: nor the path.
   * @throws {IpcError} BAD_ARGUMENT: empty and seqpacket (it would read as the end), or not connected.
   * @see send(2), unix(7)
   */
  send(bytes: Uint8Array, { withinMs = Number.POSITIVE_INFINITY }: Waits = {}): UnixSendResult {
    this.#refuseEmpty(bytes);
    const result = this.waiting("send", withinMs, (flags) => send(this.fd, bytes, flags));
    return this.#sent(result, bytes.length, withinMs);
  }

  /** {@link send}, for a datagram socket that is not connected: to whoever is bound there. sendto(2) */
  sendTo(
    path: UnixPath,
    bytes: Uint8Array,
    { withinMs = Number.POSITIVE_INFINITY }: Waits = {},
  ): UnixSendResult {
    const to = unixAddress(path);
    const result = this.waiting("send", withinMs, (flags) => sendTo(this.fd, bytes, to, flags));
    return this.#sent(result, bytes.length, withinMs, path);
  }

  /**
   * Send a message with descriptors, at most 253: the receiver gets its own for the same open files. On a
   * stream at least one byte must go with them, and they arrive with the first of these bytes.
   *
   * @throws {IpcError} as {@link send}; BAD_ARGUMENT; TOO_MANY_DESCRIPTORS: too many are under way.
   * @see unix(7), SCM_RIGHTS
   */
  sendDescriptors(
    bytes: Uint8Array,
    descriptors: readonly (number | { readonly fd: number })[],
    { withinMs = Number.POSITIVE_INFINITY }: Waits = {},
  ): UnixSendResult {
    this.#refuseEmpty(bytes);
    if (descriptors.length > DESCRIPTORS_PER_MESSAGE || (bytes.length === 0 && this.type === "stream")) {
      throw new IpcError(
        "BAD_ARGUMENT",
        `${descriptors.length} descriptors cannot go with ${bytes.length} bytes`,
        `send at least one byte, and at most ${DESCRIPTORS_PER_MESSAGE} descriptors with it`,
      );
    }
    const fds = descriptors.map((one) => (typeof one === "number" ? one : one.fd));
    const result = this.waiting("send", withinMs, (flags) => sendDescriptors(this.fd, bytes, fds, flags));
    return this.#sent(result, bytes.length, withinMs);
  }

  /**
   * Take the next message, or what there is of a stream. Sleeps until there is something, event loop and
   * all. `roomBytes` (65,536 if not said): what is longer is cut, and told so. Descriptors that came with
   * the message are closed: {@link receiveWithDescriptors} is for those who want them.
   *
   * @throws {IpcError} CONNECTION_LOST: the other end closed with something of ours unread.
   * @see recv(2)
   */
  receive(options: Waits & { roomBytes?: number } = {}): UnixReceiveResult {
    const buffer = this.#room(options.roomBytes);
    const result = this.receiveInto(buffer, options);
    if (typeof result !== "number") return result;
    const truncated = result > buffer.length;
    return { kind: "message", bytes: buffer.slice(0, Math.min(result, buffer.length)), truncated };
  }

  /**
   * As {@link receive}, into the caller's buffer. Returns the bytes of the message as it was sent: more than
   * the buffer holds means that it was cut. 0 is the empty datagram; the end is a value of its own.
   */
  receiveInto(
    buffer: Uint8Array,
    { withinMs = Number.POSITIVE_INFINITY }: Waits = {},
  ): number | End | Unready {
    // On a stream nothing is cut, and there the flag would mean something else.
    const whole = this.type === "stream" ? 0 : MSG_TRUNC;
    const result = this.waiting("receive", withinMs, (flags) => recv(this.fd, buffer, whole | flags));
    if (result > 0) return result;
    if (result === 0) return this.type === "datagram" || buffer.length === 0 ? 0 : END;
    return this.#nothing(result, withinMs);
  }

  /** {@link receive}, and which address it came from: `""` if the sender is not bound, and cannot be answered. */
  receiveFrom(options: Waits & { roomBytes?: number } = {}): (UnixMessage & { from: UnixPath }) | Unready {
    const { withinMs = Number.POSITIVE_INFINITY } = options;
    const buffer = this.#room(options.roomBytes);
    const got = this.waiting("receive", withinMs, (flags) => recvFrom(this.fd, buffer, MSG_TRUNC | flags));
    if (typeof got === "number") return this.#nothing(got, withinMs);
    const truncated = got.bytes > buffer.length;
    const from = got.from?.family === "unix" ? got.from.path : "";
    const bytes = buffer.slice(0, Math.min(got.bytes, buffer.length));
    return { kind: "message", bytes, truncated, from };
  }

  /** {@link receive}, with descriptors and credentials. recvmsg(2), unix(7) */
  receiveWithDescriptors(
    options: Waits & { roomBytes?: number } = {},
  ): UnixMessageWithDescriptors | End | Unready {
    const { withinMs = Number.POSITIVE_INFINITY } = options;
    const buffer = this.#room(options.roomBytes);
    const got = this.waiting("receive", withinMs, (flags) => receiveMessage(this.fd, buffer, flags));
    if (typeof got === "number") return this.#nothing(got, withinMs);
    if (got.bytes === 0 && this.type !== "datagram") return END;
    const descriptors = got.descriptors.map((fd) => new ReceivedDescriptor(fd));
    return {
      kind: "message",
      bytes: buffer.slice(0, got.bytes),
      truncated: (got.flags & MSG_TRUNC) !== 0,
      descriptors,
      descriptorsLost: (got.flags & MSG_CTRUNC) !== 0,
      credentials: got.credentials,
      [Symbol.dispose]() {
        for (const one of descriptors) one.close();
      },
    };
  }

  /** From now on messages say who sent them, datagrams of strangers included. unix(7), SO_PASSCRED */
  askForCredentials(): void {
    checkSocket(setSocketOption(this.fd, "SO_PASSCRED", 1), "setsockopt", "ask for credentials");
  }

  /** Who connected, or who called listen or socketpair, as the kernel saw it then. unix(7), SO_PEERCRED */
  peerCredentials(): PeerCredentials {
    const found = peerCredentials(this.fd);
    if (typeof found === "number") throw socketError(found, "getsockopt", "ask who is at the other end");
    return found;
  }

  /** For a datagram socket: where {@link send} goes from now on; and it gets messages from there only. connect(2) */
  connect(path: UnixPath): void {
    checkSocket(connectSocket(this.fd, unixAddress(path)), "connect", `connect to ${unixPathText(path)}`);
  }

  /** End a direction, for every process that has this socket. The other end reads what was sent, then the end. */
  shutdown(how: "read" | "write" | "both"): void {
    checkSocket(shutdown(this.fd, how), "shutdown", `end ${this.name}`);
  }

  /** Close it; a path that it was bound to goes too. Twice is harmless. */
  override close(): void {
    if (!this.closed) this.#bound?.remove();
    super.close();
  }

  #sent(result: number, bytes: number, withinMs: number, path?: UnixPath): UnixSendResult {
    if (result >= 0) return { kind: "sent", bytes: result };
    const state = this.unready(result, withinMs);
    if (state !== undefined) return state;
    if (result === EMSGSIZE) {
      const most = getSocketOption(this.fd, "SO_SNDBUF");
      const where = "the send buffer (SO_SNDBUF, less some bytes of book-keeping)";
      throw tooLong(bytes, most, where, "send it in parts, over a stream, or as a descriptor of a memfd");
    }
    const to = path === undefined ? this.name : unixPathText(path);
    throw socketError(result, "send", `send ${bytes} bytes to ${to}`);
  }

  #nothing(result: number, withinMs: number): Unready {
    const state = this.unready(result, withinMs);
    if (state !== undefined) return state;
    throw socketError(result, "recv", `receive from ${this.name}`);
  }

  #refuseEmpty(bytes: Uint8Array): void {
    if (bytes.length > 0 || this.type !== "seqpacket") return;
    throw new IpcError(
      "BAD_ARGUMENT",
      "an empty seqpacket message cannot be told from the end of the connection",
      "send at least one byte",
    );
  }

  #room(bytes = ROOM_BYTES): Uint8Array {
    if (this.#buffer === undefined || this.#buffer.length < bytes) this.#buffer = new Uint8Array(bytes);
    return this.#buffer.subarray(0, bytes);
  }
}

function pathOf(name: ReturnType<typeof socketName>, syscall: string): UnixPath {
  if (typeof name === "number") throw socketError(name, syscall, "ask for the address");
  return name?.family === "unix" ? name.path : "";
}
