import { closeSync, readSync } from "node:fs";
import { check, getStatusFlags, memfdCreate, O_APPEND, setStatusFlags } from "@ipc-playground/libc";
import type { ChannelRecord } from "../log.ts";

/**
 * Where the processes of a demo write what they do, and the director reads it.
 *
 * A file in memory rather than a pipe: a writer never sleeps because the reader is slow (that
 * would change what it reports about), it has no path to clean up, and what a process wrote
 * before it was killed is there. O_APPEND makes each write land whole behind the last one.
 */
export class Channel implements Disposable {
  readonly fd: number;
  readonly records: ChannelRecord[] = [];
  #position = 0;
  #tail = Buffer.alloc(0);
  readonly #buffer = Buffer.alloc(65_536);

  constructor() {
    this.fd = check(memfdCreate("ipc-playground-events"), {
      syscall: "memfd_create",
      doing: "make the event channel",
    });
    check(setStatusFlags(this.fd, getStatusFlags(this.fd) | O_APPEND), {
      syscall: "fcntl",
      doing: "make the event channel append-only",
    });
  }

  /** Read what has come since the last time. Does not wait. */
  drain(): void {
    for (;;) {
      const count = readSync(this.fd, this.#buffer, 0, this.#buffer.length, this.#position);
      if (count === 0) return;
      this.#position += count;
      const bytes = Buffer.concat([this.#tail, this.#buffer.subarray(0, count)]);
      const end = bytes.lastIndexOf(0x0a) + 1;
      this.#tail = Buffer.from(bytes.subarray(end));
      for (const line of bytes.toString("utf8", 0, end).split("\n")) {
        if (line !== "") this.records.push(JSON.parse(line) as ChannelRecord);
      }
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.fd);
  }
}
