import type { Socket } from "node:net";

export const LINE_BYTES = 4_096;
const DIGITS = 8;

/** Reads, and knows which line is due. */
export class Listener {
  readonly name: string;
  readonly socket: Socket;
  /** So many came, in order. */
  lines = 0;
  /** What came instead of the one that is due. */
  wrong: string | undefined;
  isCut = false;
  #rest = "";

  constructor(name: string, socket: Socket) {
    this.name = name;
    this.socket = socket;
    socket.setEncoding("latin1").on("data", (text) => this.#take(String(text)));
    socket.once("close", () => {
      this.isCut = true;
    });
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() as string;
    for (const line of lines) {
      if (`${line}\n` === lineOf(this.lines)) this.lines++;
      else this.wrong ??= `${this.name} heard line ${line.slice(0, DIGITS)} where line ${this.lines} was due`;
    }
  }
}

/** Every line has a number, and the same length. */
export function lineOf(number: number): string {
  return `${String(number)
    .padStart(DIGITS, "0")
    .padEnd(LINE_BYTES - 1, ".")}\n`;
}
