import type { ReadStream, WriteStream } from "node:tty";

/**
 * The other screen, cleared; pastes in brackets; the wheel does not pretend to be arrow keys; a row that is
 * too long does not go on in the next.
 */
const ENTER = "\x1b[?1049h\x1b[?2004h\x1b[?1007s\x1b[?1007l\x1b[?7l\x1b[0m\x1b[2J";
const LEAVE = "\x1b[?2026l\x1b[?7h\x1b[?1007r\x1b[?2004l\x1b[0m\x1b[?25h\x1b[?1049l";

/** A terminal that a program has for itself. It is as it was when that is over, a crash of the program included. */
export class TerminalMode implements Disposable {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  #entered = false;

  constructor(input: ReadStream, output: WriteStream) {
    this.#input = input;
    this.#output = output;
  }

  enter(): void {
    this.#entered = true;
    // Node emits it before it prints why a program crashed.
    process.on("exit", this.leave);
    this.#input.setRawMode(true);
    this.#output.write(ENTER);
  }

  readonly leave = (): void => {
    if (!this.#entered) return;
    this.#entered = false;
    process.off("exit", this.leave);
    this.#output.write(LEAVE);
    // The terminal may be gone.
    if (!this.#input.destroyed) this.#input.setRawMode(false);
  };

  [Symbol.dispose](): void {
    this.leave();
  }
}
