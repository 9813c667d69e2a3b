import type { AddressInfo } from "node:net";
import { connect, createServer, type Server, type Socket } from "node:net";

/** What may befall a connection. */
export type Fate = "reset" | "stall" | "half-frame" | "close";

/**
 * A network that breaks on purpose: clients connect here, and their bytes go to the server and back until a cut.
 *
 * - `reset`: RST to both sides.
 * - `stall`: nothing more passes, and nobody is told.
 * - `half-frame`: the next chunk each way passes up to its middle, then both sides get RST.
 * - `close`: FIN to both sides.
 */
export class BadNetwork implements AsyncDisposable {
  readonly #server: Server;
  readonly #lines = new Set<Line>();
  /** Cuts so far, by fate. */
  readonly cuts: Record<Fate, number> = { reset: 0, stall: 0, "half-frame": 0, close: 0 };

  private constructor(server: Server) {
    this.#server = server;
  }

  static async before(target: { host: string; port: number }): Promise<BadNetwork> {
    const server = createServer();
    const network = new BadNetwork(server);
    server.on("connection", (client) => {
      const line = new Line(client, connect(target.port, target.host));
      network.#lines.add(line);
      line.onOver = () => network.#lines.delete(line);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return network;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Lines that are whole, the oldest first. */
  get whole(): number {
    return [...this.#lines].filter((line) => line.fate === undefined).length;
  }

  /** Break one of the whole lines, chosen by a number from 0 up to 1. */
  cut(fate: Fate, chance: number): void {
    const whole = [...this.#lines].filter((line) => line.fate === undefined);
    const line = whole[Math.floor(chance * whole.length)];
    if (line === undefined) return;
    this.cuts[fate]++;
    line.suffer(fate);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const line of this.#lines) line.suffer("reset");
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

class Line {
  fate: Fate | undefined;
  onOver = () => {};
  readonly #ends: readonly Socket[];

  constructor(client: Socket, server: Socket) {
    this.#ends = [client, server];
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.setNoDelay(true);
      from.on("error", () => {});
      from.on("data", (chunk) => this.#pass(chunk, to));
      from.on("close", () => this.#over(to));
    }
  }

  suffer(fate: Fate): void {
    this.fate = fate;
    if (fate === "reset") for (const end of this.#ends) end.resetAndDestroy();
    if (fate === "close") for (const end of this.#ends) end.destroy();
  }

  #pass(chunk: Buffer, to: Socket): void {
    if (this.fate === undefined) to.write(chunk);
    if (this.fate !== "half-frame") return;
    to.write(chunk.subarray(0, Math.ceil(chunk.length / 2)), () => this.suffer("reset"));
  }

  #over(other: Socket): void {
    // A line that is stalled tells the other side nothing, as a cable that was pulled does not.
    if (this.fate !== "stall") other.destroy();
    if (this.#ends.every((end) => end.destroyed)) this.onOver();
  }
}
