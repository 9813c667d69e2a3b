import { close, pipe2, write } from "@ipc-playground/libc";

/** Something that a process waits at until the director opens it. */
export class Gate implements Disposable {
  readonly fd: number;
  readonly #writeEnd: number;
  #gone = false;

  constructor() {
    const pipe = pipe2();
    if (typeof pipe === "number") throw new Error(`pipe2: errno ${-pipe}`);
    [this.fd, this.#writeEnd] = pipe;
  }

  /** Let one process through. */
  open(): void {
    write(this.#writeEnd, Buffer.from("!"));
  }

  [Symbol.dispose](): void {
    if (this.#gone) return;
    this.#gone = true;
    close(this.fd);
    close(this.#writeEnd);
  }
}
