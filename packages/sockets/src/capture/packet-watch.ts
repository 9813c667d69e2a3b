import { IpcError } from "@ipc-playground/contract";
import {
  attachFilter,
  callError,
  check,
  close,
  ERRNO,
  openPacketSocket,
  packetTime,
  realtimeAhead,
  receivePacket,
  setSocketOption,
  type Watch,
  watchDescriptor,
} from "@ipc-playground/libc";
import { SNAP_BYTES, tcpPortFilter } from "./filter.ts";
import { decodePacket } from "./packet.ts";
import type { Captured } from "./segment.ts";

/** Room for packets that were not looked at yet. More than the system allows is cut to that, without an error. */
const BUFFER_BYTES = 8 << 20;

/** The segments of one TCP port that pass by on the loopback interface, from now on. */
export class PacketWatch implements Disposable {
  readonly #fd: number;
  readonly #watch: Watch;
  readonly #captured: Captured[] = [];
  /** Those seen leaving and not yet arriving, by their bytes. */
  readonly #underway = new Map<string, Captured[]>();
  readonly #buffer = Buffer.alloc(SNAP_BYTES);
  #closed = false;

  /** @throws {IpcError} NO_PERMISSION: it takes CAP_NET_RAW. */
  constructor(port: number) {
    const fd = openPacketSocket("lo");
    if (fd < 0) throw refused(fd);
    this.#fd = fd;
    setSocketOption(fd, "SO_RCVBUF", BUFFER_BYTES);
    setSocketOption(fd, "SO_RCVBUFFORCE", BUFFER_BYTES);
    check(attachFilter(fd, tcpPortFilter(port)), { syscall: "setsockopt", doing: "filter packets by port" });
    // The first question only asks for times to be noted. What came before the filter is not ours.
    packetTime(fd);
    while (typeof receivePacket(fd, this.#buffer) !== "number");
    this.#watch = watchDescriptor(fd, { readable: true }, () => this.#drain());
  }

  /** Everything that was seen so far, in order, each packet once. */
  captured(): readonly Captured[] {
    if (!this.#closed) this.#drain();
    return this.#captured;
  }

  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#drain();
    this.#closed = true;
    this.#watch.stop();
    close(this.#fd);
  }

  #drain(): void {
    const ahead = realtimeAhead();
    for (;;) {
      const received = receivePacket(this.#fd, this.#buffer);
      if (typeof received === "number") return;
      const stamp = packetTime(this.#fd);
      const t = typeof stamp === "bigint" ? Number(stamp - ahead) : Number(process.hrtime.bigint());
      this.#take(this.#buffer.subarray(0, received.bytes), received.outgoing, t);
    }
  }

  /** On `lo` a packet is seen twice, with the same bytes: as it leaves, and as it arrives. */
  #take(frame: Buffer, outgoing: boolean, t: number): void {
    const key = frame.toString("latin1");
    const [left, ...others] = this.#underway.get(key) ?? [];
    if (!outgoing) {
      if (left !== undefined) left.arrived = t;
      if (others.length > 0) this.#underway.set(key, others);
      else this.#underway.delete(key);
      return;
    }
    const packet = decodePacket(Uint8Array.from(frame));
    if (packet === null) return;
    const captured: Captured = { packet, t };
    this.#captured.push(captured);
    this.#underway.set(key, [...(this.#underway.get(key) ?? []), captured]);
  }
}

function refused(returned: number): IpcError {
  if (returned !== -(ERRNO.EPERM as number)) {
    return callError(returned, { syscall: "socket", doing: "watch the packets of lo" });
  }
  return new IpcError(
    "NO_PERMISSION",
    "this user may not watch packets",
    "it takes CAP_NET_RAW (root has it), or a network of one's own: `unshare -Urn`",
    { errno: "EPERM", syscall: "socket" },
  );
}
