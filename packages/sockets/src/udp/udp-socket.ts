import {
  connectSocket,
  ERRNO,
  joinMulticastGroup,
  MSG_TRUNC,
  recv,
  recvFrom,
  type SocketOption,
  send,
  sendTo,
  setMulticastInterface,
  setSocketOption,
  socketName,
} from "@ipc-playground/libc";
import { UDP_IPV4_BYTES, UDP_IPV6_BYTES } from "../limits.ts";
import { checkSocket, socketError, tooLong } from "../socket-errors.ts";
import { SocketHandle, type Unready, type Waits } from "../socket-handle.ts";
import { checkMulticastGroup, inetAddress, inetText, type UdpAddress } from "./address.ts";

/**
 * Nobody has the port that an earlier datagram went to: its machine answered by ICMP. Only a connected
 * socket is told, and by whichever call comes next. The call itself did nothing.
 */
export type Refused = { readonly kind: "refused" };

export type UdpSendResult = { readonly kind: "sent" } | Refused | Unready;

export interface Datagram {
  readonly kind: "message";
  /** The caller's own copy. */
  readonly bytes: Uint8Array;
  /** Bytes of the datagram as it was sent: more than `bytes` has means that the rest is lost. */
  readonly sentBytes: number;
  readonly truncated: boolean;
  readonly from: UdpAddress;
}

export type UdpReceiveResult = Datagram | Refused | Unready;

const ECONNREFUSED = -(ERRNO.ECONNREFUSED as number);
const EMSGSIZE = -(ERRNO.EMSGSIZE as number);
const SENT = { kind: "sent" } as const;
const REFUSED: Refused = { kind: "refused" };
/** No datagram is longer. */
const ROOM_BYTES = 65_536;

/** A UDP socket. Its calls put the thread to sleep; for the event loop see {@link watchMessages}, or Node's dgram. */
export class UdpSocket extends SocketHandle {
  readonly #mostBytes: number;
  readonly #buffer = new Uint8Array(ROOM_BYTES);

  /** Take over a descriptor: from now on this object closes it. */
  constructor(fd: number, options: { nonBlocking?: boolean } = {}) {
    super(fd, options.nonBlocking);
    this.#mostBytes = this.address.address.includes(":") ? UDP_IPV6_BYTES : UDP_IPV4_BYTES;
  }

  /** Its own address. Port 0: it is not bound, and the first send gives it one. getsockname(2) */
  get address(): UdpAddress {
    const name = socketName(this.fd);
    if (typeof name === "number") throw socketError(name, "getsockname", "ask for the address");
    return known(name);
  }

  /**
   * Send one datagram, to `to` or where the socket is connected. "Sent" says that it left, and no more: it
   * may be lost on the way or at a full receiver, and nobody is told.
   *
   * @throws {IpcError} MESSAGE_TOO_LONG: over 65,507 bytes (IPv4). UNREACHABLE. BAD_ADDRESS.
   * @throws {IpcError} NO_PERMISSION: to a broadcast address without {@link allowBroadcast}.
   * @see udp(7), sendto(2)
   */
  send(
    bytes: Uint8Array,
    { to, withinMs = Number.POSITIVE_INFINITY }: Waits & { to?: UdpAddress } = {},
  ): UdpSendResult {
    const address = to && inetAddress(to);
    const result = this.waiting("send", withinMs, (flags) =>
      address === undefined ? send(this.fd, bytes, flags) : sendTo(this.fd, bytes, address, flags),
    );
    if (result >= 0) return SENT;
    if (result === EMSGSIZE) {
      const nextStep = "send it in parts, each with a number, or over TCP";
      throw tooLong(bytes.length, this.#mostBytes, "one UDP datagram", nextStep);
    }
    const where = to === undefined ? "the peer" : inetText(to);
    return this.#state(result, withinMs, "send", `send ${bytes.length} bytes to ${where}`);
  }

  /**
   * Take the next datagram. Sleeps until there is one, event loop and all. What does not fit into
   * `roomBytes` is lost, and told: see `truncated`.
   *
   * @see recvfrom(2)
   */
  receive(options: Waits & { roomBytes?: number } = {}): UdpReceiveResult {
    const { withinMs = Number.POSITIVE_INFINITY, roomBytes = ROOM_BYTES } = options;
    const buffer = roomBytes > ROOM_BYTES ? this.#buffer : this.#buffer.subarray(0, roomBytes);
    const got = this.waiting("receive", withinMs, (flags) => recvFrom(this.fd, buffer, MSG_TRUNC | flags));
    if (typeof got === "number") return this.#state(got, withinMs, "recvfrom", "receive");
    const bytes = buffer.slice(0, Math.min(got.bytes, buffer.length));
    const truncated = got.bytes > buffer.length;
    return { kind: "message", bytes, sentBytes: got.bytes, truncated, from: known(got.from) };
  }

  /**
   * As {@link receive}, into the caller's buffer, without asking who sent it. Returns the bytes of the
   * datagram as it was sent: more than the buffer holds means that it was cut.
   */
  receiveInto(
    buffer: Uint8Array,
    { withinMs = Number.POSITIVE_INFINITY }: Waits = {},
  ): number | Refused | Unready {
    const result = this.waiting("receive", withinMs, (flags) => recv(this.fd, buffer, MSG_TRUNC | flags));
    return result >= 0 ? result : this.#state(result, withinMs, "recv", "receive");
  }

  /** Where {@link send} goes from now on; what others send is not received any more. Sends nothing. connect(2) */
  connect(to: UdpAddress): void {
    checkSocket(connectSocket(this.fd, inetAddress(to)), "connect", `connect to ${inetText(to)}`);
  }

  /** Let it send to broadcast addresses. SO_BROADCAST, socket(7) */
  allowBroadcast(): void {
    this.set("SO_BROADCAST", 1);
  }

  /**
   * Get what is sent to a multicast group (IPv4) on the interface with that address, and send to groups
   * through it. ip(7), IP_ADD_MEMBERSHIP
   *
   * @throws {IpcError} BAD_ADDRESS: no group (224.0.0.0 to 239.255.255.255). SYSTEM_CALL_FAILED: no such interface.
   */
  joinGroup(group: string, interfaceAddress: string): void {
    checkMulticastGroup(group, interfaceAddress);
    const doing = `join ${group} on the interface with ${interfaceAddress}`;
    checkSocket(joinMulticastGroup(this.fd, group, interfaceAddress), "setsockopt", doing);
    this.sendGroupsThrough(interfaceAddress);
  }

  /** Send to multicast groups through the interface with that address. ip(7), IP_MULTICAST_IF */
  sendGroupsThrough(interfaceAddress: string): void {
    const doing = `send to groups through ${interfaceAddress}`;
    checkSocket(setMulticastInterface(this.fd, interfaceAddress), "setsockopt", doing);
  }

  /** Set an option of the socket. setsockopt(2) */
  set(option: SocketOption, value: number): void {
    checkSocket(setSocketOption(this.fd, option, value), "setsockopt", `set ${option} to ${value}`);
  }

  #state(result: number, withinMs: number, syscall: string, doing: string): Refused | Unready {
    if (result === ECONNREFUSED) return REFUSED;
    const state = this.unready(result, withinMs);
    if (state !== undefined) return state;
    throw socketError(result, syscall, doing);
  }
}

function known(address: ReturnType<typeof socketName>): UdpAddress {
  if (address === null || typeof address === "number" || address.family === "unix") {
    return { address: "0.0.0.0", port: 0 };
  }
  return { address: address.address, port: address.port };
}
