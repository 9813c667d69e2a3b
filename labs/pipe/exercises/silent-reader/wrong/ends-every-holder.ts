import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { allPids, openDescriptors, setInheritable } from "@ipc-playground/libc";
import { openPipe } from "@ipc-playground/pipes";
import type { Program } from "../starter.ts";

/** Finds out who has the write end, and instead of never giving it to them, ends them. */
export class Collector {
  readonly #pipe = openPipe();
  readonly #printed: Promise<string>;
  readonly #reader: number | undefined;

  constructor([command, ...args]: Program) {
    const reader = spawn(command, args, { stdio: [this.#pipe.readEnd.fd, "pipe", "inherit"] });
    this.#printed = text(reader.stdout as Readable);
    this.#pipe.readEnd.close();
    setInheritable(this.#pipe.writeEnd.fd, true);
    this.#reader = reader.pid;
  }

  async run([command, ...args]: Program): Promise<void> {
    const writer = spawn(command, args, { stdio: ["ignore", this.#pipe.writeEnd.fd, "inherit"] });
    await once(writer, "exit");
  }

  async finish(): Promise<string> {
    for (const pid of allPids()) {
      if (pid === process.pid || pid === this.#reader) continue;
      if (openDescriptors(pid)?.some(({ target }) => target === this.#pipe.writeEnd.name)) process.kill(pid);
    }
    this.#pipe.writeEnd.close();
    return this.#printed;
  }
}
