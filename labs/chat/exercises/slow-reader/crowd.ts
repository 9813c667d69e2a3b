import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { IpcError } from "@ipc-playground/contract";
import type { ExerciseContext } from "@ipc-playground/lab-kit";
import { Onlooker, placeIn } from "@ipc-playground/lab-kit/exercises";
import { type TcpSocket, tcpSockets } from "@ipc-playground/libc";
import { LINE_BYTES, Listener, lineOf } from "./listener.ts";

type Context = ExerciseContext<"server">;
type Actor = ReturnType<Context["start"]>;

const LINES_A_ROUND = 64;
/** What is said at a time: the next round begins when those who read have it all. */
export const ROUND_BYTES = LINE_BYTES * LINES_A_ROUND;
const ANNOUNCE_EVERY_BYTES = 1 << 20;
/** So often must the server have been still, with a turn of our own event loop in between: no more comes. */
const LOOKS = 50;

/** Ana, who speaks; ben, who stops reading; cleo and dan, who read. */
export class Crowd implements Disposable {
  readonly #context: Context;
  readonly #server: Actor;
  readonly #port: number;
  readonly #ben: Listener;
  readonly #others: readonly Listener[];
  readonly #ana: Socket;
  #lines = 0;
  #isStalled = false;
  #wasStalled = false;

  /** All of them connect, ben first. */
  static async of(context: Context, server: Actor, port: number): Promise<Crowd> {
    const connected = async () => {
      const socket = connect(port, "127.0.0.1");
      // Who is cut off: it shows in what does not come.
      socket.on("error", () => {});
      await once(socket, "connect");
      return socket;
    };
    const ben = new Listener("ben", await connected());
    const others = [new Listener("cleo", await connected()), new Listener("dan", await connected())];
    return new Crowd(context, server, port, ben, others, await connected());
  }

  private constructor(
    context: Context,
    server: Actor,
    port: number,
    ben: Listener,
    others: readonly Listener[],
    ana: Socket,
  ) {
    this.#context = context;
    this.#server = server;
    this.#port = port;
    this.#ben = ben;
    this.#others = others;
    this.#ana = ana;
  }

  /** Bytes that ana has said. */
  get said(): number {
    return this.#lines * LINE_BYTES;
  }

  /** From now on ben reads nothing. */
  stall(): void {
    this.#isStalled = true;
    this.#ben.socket.pause();
    this.#tell("ben", "stops reading");
  }

  readOn(): void {
    this.#isStalled = false;
    this.#wasStalled = true;
    this.#tell("ben", "reads on");
    this.#ben.socket.resume();
  }

  /**
   * Ana says a round of lines, and another when everybody who reads has the first.
   *
   * @throws {IpcError} EXERCISE_UNFINISHED: somebody does not get them.
   */
  async rounds(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.#ana.write(Array.from({ length: LINES_A_ROUND }, () => lineOf(this.#lines++)).join(""));
      if (this.said % ANNOUNCE_EVERY_BYTES === 0) this.#tell("ana", "say", ANNOUNCE_EVERY_BYTES);
      await this.#heard(this.#isStalled ? this.#others : [this.#ben, ...this.#others]);
    }
  }

  /** Whether the server is connected to ben, as the kernel tells it. */
  get isBenIn(): boolean {
    return this.#atServer() !== undefined;
  }

  /**
   * Bytes that wait in the server for ben: those that were said, and that neither he has read nor one of the
   * kernel's two queues holds.
   */
  get waiting(): number {
    const far = this.#rows().find(({ remotePort }) => remotePort === this.#port);
    const inKernel = (this.#atServer()?.sendQueue ?? 0) + (far?.receiveQueue ?? 0);
    return Math.max(0, this.said - this.#ben.socket.bytesRead - inKernel);
  }

  [Symbol.dispose](): void {
    for (const { socket } of [this.#ben, ...this.#others]) socket.destroy();
    this.#ana.destroy();
  }

  async #heard(readers: readonly Listener[]): Promise<void> {
    const onlooker = new Onlooker([this.#server]);
    const story = () => `${this.#story(readers)}, and no more comes (${onlooker.story()})`;
    let looks = 0;
    await this.#context.until(() => readers.every(({ lines }) => lines === this.#lines), {
      what: () => `everybody to hear a round (${story()})`,
      orElse: () => {
        if (!this.#server.running) return failureOf(this.#server);
        const misled = readers.find(({ wrong }) => wrong !== undefined);
        if (misled !== undefined) return unfinished(`${this.#ofBen()}${misled.wrong}`);
        looks = onlooker.isStill() ? looks + 1 : 0;
        return looks < LOOKS ? undefined : unfinished(story());
      },
    });
  }

  #atServer(): TcpSocket | undefined {
    // Without an inode it is no process's any more: the kernel alone still has it.
    return this.#rows().find(({ localPort, inode }) => localPort === this.#port && inode !== 0);
  }

  #rows(): TcpSocket[] {
    const ben = this.#ben.socket.localPort;
    return tcpSockets(this.#port).filter(
      ({ localPort, remotePort }) => localPort === ben || remotePort === ben,
    );
  }

  #story(readers: readonly Listener[]): string {
    const has = readers.map(
      ({ name, lines, isCut }) => `${name} has ${lines * LINE_BYTES}${isCut ? " and was cut off" : ""}`,
    );
    return `${this.#ofBen()}of ${this.said} bytes that were said ${has.join(", ")}`;
  }

  #ofBen(): string {
    if (this.#isStalled) return "ben reads nothing; ";
    return this.#wasStalled ? "ben was behind, and reads on; " : "";
  }

  #tell(who: string, op: string, bytes?: number): void {
    const t = Number(process.hrtime.bigint());
    this.#context.log.seen({ t, pid: process.pid, process: who, op, ...(bytes !== undefined && { bytes }) });
  }
}

function unfinished(fact: string): IpcError {
  return new IpcError("EXERCISE_UNFINISHED", fact, "see the README of the exercise");
}

function failureOf(actor: Actor): IpcError {
  const { code, fact, nextStep, cause } = actor.failure();
  return new IpcError(code, `${fact}${placeIn(cause)}`, nextStep, { cause });
}
