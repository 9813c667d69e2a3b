import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setInheritable } from "@ipc-playground/libc";
import { openPipe } from "@ipc-playground/pipes";
import type { Program } from "../starter.ts";

/** The reader is started before the write end is made inheritable; whatever is started later inherits it. */
export class Collector {
  readonly #pipe = openPipe();
  readonly #printed: Promise<string>;

  constructor([command, ...args]: Program) {
    const reader = spawn(command, args, { stdio: [this.#pipe.readEnd.fd, "pipe", "inherit"] });
    this.#printed = text(reader.stdout as Readable);
    this.#pipe.readEnd.close();
    // "The programs need it, so it must not be close-on-exec": it need not, see pipe2(2) and dup2(2).
    setInheritable(this.#pipe.writeEnd.fd, true);
  }

  async run([command, ...args]: Program): Promise<void> {
    const writer = spawn(command, args, { stdio: ["ignore", this.#pipe.writeEnd.fd, "inherit"] });
    await once(writer, "exit");
  }

  async finish(): Promise<string> {
    this.#pipe.writeEnd.close();
    return this.#printed;
  }
}
