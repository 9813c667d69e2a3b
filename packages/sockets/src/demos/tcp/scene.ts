import type { Log } from "@ipc-playground/lab-kit";
import {
  bindSocket,
  check,
  close,
  listen,
  setSocketOption,
  socket,
  socketName,
  type TcpSocket,
  tcpSockets,
} from "@ipc-playground/libc";
import { type Lane, PacketWatch, type Segment, segmentEvents, segmentsOf } from "@ipc-playground/sockets";

interface SceneOptions {
  /** Connections that may wait to be accepted. `null`: a port that is taken, and closed. */
  backlog?: number | null;
  reuse?: "SO_REUSEADDR" | "SO_REUSEPORT";
  /** Bytes of the receive buffer of the connections; before listen(), or their window knows nothing of it. */
  receiveBuffer?: number;
  /** `false`: the segments are not what it is about. */
  watch?: boolean;
}

/** What a demo of this lab plays on: a port with a listener, and whoever may, sees its segments. */
export class Scene implements Disposable {
  readonly port: number;
  readonly listener: number;
  /** Why segments are not to be seen here. */
  readonly refused: string | undefined;
  readonly #log: Log;
  readonly #watch: PacketWatch | undefined;
  #lanes: { client: Lane; server: Lane } | undefined;
  #told = 0;
  #listening = true;

  constructor(log: Log, { backlog = 8, reuse, receiveBuffer, watch = true }: SceneOptions = {}) {
    this.#log = log;
    [this.listener, this.port] = freshPort(reuse, receiveBuffer);
    try {
      if (watch) this.#watch = new PacketWatch(this.port);
    } catch (error) {
      this.refused = (error as Error).message;
    }
    if (backlog !== null) check(listen(this.listener, backlog), { syscall: "listen", doing: "listen" });
  }

  /** Whose lanes the segments run between. */
  cast(client: Lane, server: Lane): void {
    this.#lanes = { client, server };
  }

  /** The director's copy of the listener goes: the server process has its own. */
  closeListener(): void {
    if (this.#listening) close(this.listener);
    this.#listening = false;
  }

  /** All segments so far. Those that are new are told to the log. */
  segments(): Segment[] {
    const segments = segmentsOf(this.#watch?.captured() ?? []);
    const lanes = this.#lanes;
    if (lanes !== undefined && segments.length > this.#told) {
      const laneOf = (port: number) => (port === this.port ? lanes.server : lanes.client);
      for (const event of segmentEvents(segments.slice(this.#told), laneOf, this.#told))
        this.#log.seen(event);
      this.#told = segments.length;
    }
    return segments;
  }

  /** The connection's two ends as /proc/net/tcp has them; `undefined` for one that is gone. */
  ends(): { client: TcpSocket | undefined; server: TcpSocket | undefined } {
    const all = tcpSockets(this.port);
    return {
      client: all.find(({ remotePort }) => remotePort === this.port),
      server: all.find(({ localPort, state }) => localPort === this.port && state !== "LISTEN"),
    };
  }

  /** Connections that wait to be accepted. */
  waiting(): number {
    return tcpSockets(this.port).find(({ state }) => state === "LISTEN")?.receiveQueue ?? 0;
  }

  /** Whether so many connections have been closed by both sides: nothing is left but TIME_WAIT. */
  closed(connections: number): boolean {
    const left = tcpSockets(this.port).filter(({ state }) => state !== "LISTEN");
    return left.length === connections && left.every(({ state }) => state === "TIME_WAIT");
  }

  /** Both states in a few words: `client FIN_WAIT2, server CLOSE_WAIT`. */
  states(): string {
    const { client, server } = this.ends();
    return `client ${client?.state ?? "gone"}, server ${server?.state ?? "gone"}`;
  }

  /** Tell the states in the lanes, as they are now. */
  look(): void {
    this.segments();
    const ends = this.ends();
    const lanes = this.#lanes;
    if (lanes === undefined) return;
    for (const side of ["client", "server"] as const) {
      const { name, pid } = lanes[side];
      const t = Number(process.hrtime.bigint());
      this.#log.seen({ t, pid, process: name, op: "state", result: ends[side]?.state ?? "gone" });
    }
  }

  /** Judge a claim by the segments; where they are not to be seen, say why. */
  judge<C extends string>(
    name: C,
    director: {
      claim(name: C, bornOut: boolean, evidence: string): void;
      unavailable(name: C, reason: string): void;
    },
    see: (segments: Segment[]) => [bornOut: boolean, evidence: string],
  ): void {
    if (this.refused !== undefined) director.unavailable(name, this.refused);
    else director.claim(name, ...see(this.segments()));
  }

  [Symbol.dispose](): void {
    this.segments();
    this.#watch?.[Symbol.dispose]();
    this.closeListener();
  }
}

/** A socket on a port of its own, and no connection in TIME_WAIT remembers that number from another time. */
function freshPort(
  reuse: SceneOptions["reuse"],
  receiveBuffer: number | undefined,
): [listener: number, port: number] {
  for (;;) {
    const fd = check(socket("inet", "stream"), { syscall: "socket", doing: "make a socket" });
    if (reuse) setSocketOption(fd, reuse, 1);
    if (receiveBuffer) setSocketOption(fd, "SO_RCVBUF", receiveBuffer);
    const bound = bindSocket(fd, { family: "inet", address: "127.0.0.1", port: 0 });
    check(bound, { syscall: "bind", doing: "take a port" });
    const name = socketName(fd);
    const port = name !== null && typeof name !== "number" && name.family === "inet" ? name.port : 0;
    if (tcpSockets(port).length === 0) return [fd, port];
    close(fd);
  }
}

/** Names of segments, for evidence: `SYN, SYN+ACK, ACK`. */
export function namesOf(segments: readonly Segment[]): string {
  return segments.map(({ name }) => name).join(", ");
}
