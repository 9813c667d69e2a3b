import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from "node:readline";
import type { Readable, Writable } from "node:stream";

export interface PromptOptions {
  input?: Readable;
  output?: Writable & { columns?: number };
  /** Whether a person types at a terminal. Default: whether both streams are one. */
  terminal?: boolean;
}

/**
 * Lines from a person, and text that comes in the meantime: what they are typing is taken off the screen,
 * the text is printed, and their line stands below it as it was. Without a terminal: plain lines.
 */
export class Prompt {
  readonly lines: Interface;
  readonly terminal: boolean;
  readonly #output: NonNullable<PromptOptions["output"]>;

  constructor(text: string, options: PromptOptions = {}) {
    const { input = process.stdin, output = process.stdout } = options;
    this.terminal = options.terminal ?? (process.stdin.isTTY && process.stdout.isTTY) === true;
    this.#output = output;
    this.lines = createInterface({
      input,
      output: this.terminal ? output : undefined,
      terminal: this.terminal,
    } as never);
    this.lines.setPrompt(text);
  }

  /** Show the prompt, if there is a terminal. */
  ask(): void {
    if (this.terminal) this.lines.prompt(true);
  }

  /** Print above what is being typed. */
  print(text: string): void {
    if (!this.terminal) {
      this.#output.write(`${text}\n`);
      return;
    }
    // A long line takes several rows: go up to the first of them.
    moveCursor(this.#output, 0, -this.lines.getCursorPos().rows);
    cursorTo(this.#output, 0);
    clearScreenDown(this.#output);
    this.#output.write(`${text}\n`);
    this.lines.prompt(true);
  }

  clear(): void {
    if (!this.terminal) return;
    cursorTo(this.#output, 0, 0);
    clearScreenDown(this.#output);
  }

  close(): void {
    this.lines.close();
  }
}
