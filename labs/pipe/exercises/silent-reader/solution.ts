import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { openPipe } from "@ipc-playground/pipes";

/** A program and its arguments: `["wc", "-l"]`. */
export type Program = [command: string, ...args: string[]];

/** Collects what several programs print, in one reader that lives as long as the collector. */
export class Collector {
  // Close-on-exec, which is the default: a child gets only the end that `stdio` names, as a copy
  // that stays open. Otherwise every child of this process would inherit the write end: whatever
  // else it starts, and the reader itself, which would then wait for itself.
  readonly #pipe = openPipe();
  readonly #printed: Promise<string>;

  constructor([command, ...args]: Program) {
    const reader = spawn(command, args, { stdio: [this.#pipe.readEnd.fd, "pipe", "inherit"] });
    this.#printed = text(reader.stdout as Readable);
    this.#pipe.readEnd.close();
  }

  /** Run a program whose standard output the reader reads. Resolves when the program has ended. */
  async run([command, ...args]: Program): Promise<void> {
    const writer = spawn(command, args, { stdio: ["ignore", this.#pipe.writeEnd.fd, "inherit"] });
    await once(writer, "exit");
  }

  /** No more programs: let the reader come to its end. Resolves with what it printed. */
  async finish(): Promise<string> {
    // Ours kept the pipe open between two programs. It is the last write end anywhere.
    this.#pipe.writeEnd.close();
    return this.#printed;
  }
}
