import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { openPipe } from "@ipc-playground/pipes";

/** A program and its arguments: `["wc", "-l"]`. */
export type Program = [command: string, ...args: string[]];

/**
 * Collects what several programs print, in one reader that lives as long as the collector:
 *
 *     const lines = new Collector(["wc", "-l"]);
 *     await lines.run(["ls", "/etc"]);
 *     await lines.run(["ls", "/usr"]);
 *     await lines.finish(); // what wc printed
 *
 * It looks right, and `finish()` never comes back: the reader waits for end-of-file.
 */
export class Collector {
  // Inheritable, because the reader and the programs have to inherit it. Don't they?
  readonly #pipe = openPipe({ inheritable: true });
  readonly #reader: ChildProcess;
  readonly #printed: Promise<string>;

  constructor([command, ...args]: Program) {
    this.#reader = spawn(command, args, { stdio: [this.#pipe.readEnd.fd, "pipe", "inherit"] });
    this.#printed = text(this.#reader.stdout as Readable);
    this.#pipe.readEnd.close();
  }

  /** Run a program whose standard output the reader reads. Resolves when the program has ended. */
  async run([command, ...args]: Program): Promise<void> {
    const writer = spawn(command, args, { stdio: ["ignore", this.#pipe.writeEnd.fd, "inherit"] });
    await once(writer, "exit");
  }

  /** No more programs: let the reader come to its end. Resolves with what it printed. */
  async finish(): Promise<string> {
    return this.#printed;
  }
}
