import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { openPipe } from "@ipc-playground/pipes";
import type { Program } from "../starter.ts";

/** "Hand it over, then close": right for one program; for the second there is no pipe left. */
export class Collector {
  readonly #pipe = openPipe();
  readonly #printed: Promise<string>;

  constructor([command, ...args]: Program) {
    const reader = spawn(command, args, { stdio: [this.#pipe.readEnd.fd, "pipe", "inherit"] });
    this.#printed = text(reader.stdout as Readable);
    this.#pipe.readEnd.close();
  }

  async run([command, ...args]: Program): Promise<void> {
    const writer = spawn(command, args, { stdio: ["ignore", this.#pipe.writeEnd.fd, "inherit"] });
    this.#pipe.writeEnd.close();
    await once(writer, "exit");
  }

  async finish(): Promise<string> {
    return this.#printed;
  }
}
