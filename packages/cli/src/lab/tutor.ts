import { createInterface, type Interface } from "node:readline";
import type { Demo } from "@ipc-playground/lab-kit";
import pc from "picocolors";
import wrapAnsi from "wrap-ansi";
import type { Screen } from "../terminal.ts";

/** Goes through a lab with a learner: waits before each demo, and asks what will happen. */
export class Tutor implements Disposable {
  readonly #screen: Screen;
  readonly #terminal: Interface;
  // Kept from the start, because lines of a pipe arrive before they are asked for.
  readonly #lines: AsyncIterator<string>;
  readonly #interruption: AbortSignal;
  #closed = false;

  constructor(screen: Screen, interruption: AbortSignal) {
    this.#screen = screen;
    this.#interruption = interruption;
    this.#terminal = createInterface({ input: process.stdin, output: process.stdout });
    this.#lines = this.#terminal[Symbol.asyncIterator]();
    // In raw mode Ctrl-C reaches readline as a key, and nobody else.
    this.#terminal.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
    interruption.addEventListener("abort", () => this.#terminal.close());
    this.#terminal.once("close", () => {
      this.#closed = true;
    });
  }

  /** Ask for a prediction, if the demo has one, or just wait. Returns the index of the choice. */
  async before({ predict }: Demo): Promise<number | undefined> {
    if (predict === undefined) {
      await this.#ask("Enter runs it. ");
      return undefined;
    }
    const choices = predict.choices.map((choice, i) => `  ${i + 1}  ${choice}`);
    process.stdout.write(`${this.#wrapped(predict.question)}\n${choices.join("\n")}\n`);
    for (;;) {
      const answer = (await this.#ask(`Your guess, 1 to ${predict.choices.length} (Enter: none): `)).trim();
      if (answer === "") return undefined;
      const choice = Number(answer) - 1;
      if (predict.choices[choice] !== undefined) return choice;
    }
  }

  /** Say how the guess did. */
  after({ predict }: Demo, guess: number | undefined): void {
    if (predict === undefined) return;
    const c = pc.createColors(this.#screen.color);
    const right = guess === predict.answer ? c.green("Right: ") : guess === undefined ? "" : c.yellow("No: ");
    process.stdout.write(
      `${this.#wrapped(`${right}${predict.choices[predict.answer]}. ${predict.because}`)}\n\n`,
    );
  }

  [Symbol.dispose](): void {
    this.#terminal.close();
  }

  /** Empty once the input has ended: the rest of the lab then goes on without questions. */
  async #ask(question: string): Promise<string> {
    if (this.#interruption.aborted) return "";
    // A pipe may have ended before the first question; its lines are still to be had.
    if (!this.#closed) {
      this.#terminal.setPrompt(question);
      this.#terminal.prompt();
    }
    const { value, done } = await this.#lines.next();
    return done ? "" : value;
  }

  #wrapped(text: string): string {
    return wrapAnsi(text, this.#screen.width);
  }
}
