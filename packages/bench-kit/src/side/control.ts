import { readSync, writeSync } from "node:fs";
import { IpcError } from "@ipc-playground/contract";
import type { RunCommand, SideAnswer } from "./protocol.ts";

/** One side's line to the coordinator. */
export class Control {
  readonly #fd: number;
  readonly #chunk = Buffer.alloc(4096);
  #text = "";

  constructor(fd: number) {
    this.#fd = fd;
  }

  /**
   * The coordinator's next command, or `null` when it has no more. Holds the thread while it waits,
   * which keeps it asleep, and its event loop out of everything between two runs.
   */
  nextCommand(): RunCommand | null {
    for (;;) {
      const end = this.#text.indexOf("\n");
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return JSON.parse(line) as RunCommand;
      }
      const count = readSync(this.#fd, this.#chunk);
      if (count === 0) return null;
      this.#text += this.#chunk.toString("utf8", 0, count);
    }
  }

  answer(message: SideAnswer): void {
    const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
  }

  fail(error: unknown): void {
    const known = error instanceof IpcError ? error : undefined;
    const fact = known?.fact ?? (error instanceof Error ? error.message : String(error));
    this.answer({ failed: { fact, nextStep: known?.nextStep ?? "" } });
  }
}
