import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

const HOST = "127.0.0.1";

/** A cable between one client and a server: it can be pulled out, and it can let bytes through in one direction only. */
export class Cable implements Disposable {
  readonly #server: Server;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  /** Clients that wait for the cable to be plugged in again. */
  #waiting: Socket[] = [];
  #isPlugged = true;
  #oneWay: "no" | "from the next word on" | "yes" = "no";

  static async to(port: number): Promise<Cable> {
    const cable = new Cable(port);
    cable.#server.listen(0, HOST);
    await once(cable.#server, "listening");
    return cable;
  }

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer({ pauseOnConnect: true, noDelay: true }, (client) => {
      this.#keep(client);
      if (this.#isPlugged) this.#join(client);
      else this.#waiting.push(client);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Both sides see the connection break. Until {@link plugIn} nobody gets through. */
  pull(): void {
    this.#isPlugged = false;
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#oneWay = "no";
  }

  plugIn(): void {
    this.#isPlugged = true;
    for (const client of this.#waiting) this.#join(client);
    this.#waiting = [];
  }

  /** What the client says next gets through. From then on it hears nothing. */
  goOneWay(): void {
    this.#oneWay = "from the next word on";
  }

  [Symbol.dispose](): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(client: Socket): void {
    const server = connect({ port: this.#target, host: HOST, noDelay: true });
    this.#keep(server);
    client.on("data", (chunk) => {
      if (this.#oneWay === "from the next word on") this.#oneWay = "yes";
      server.write(chunk);
    });
    server.on("data", (chunk) => this.#oneWay !== "yes" && client.write(chunk));
    client.once("close", () => server.destroy());
    server.once("close", () => client.destroy());
    client.resume();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => this.#sockets.delete(socket));
  }
}
