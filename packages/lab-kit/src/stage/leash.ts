import { join } from "node:path";
import {
  callError,
  check,
  close,
  ERRNO,
  mkfifo,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  open,
  read,
  signalOnInput,
} from "@ipc-playground/libc";

/**
 * What ends a process that is nobody's child when the director ends, however that comes about: a
 * FIFO that the director holds open for writing. The kernel tells who reads it that the last writer
 * is gone, with a signal that ends the reader even out of a blocking system call.
 *
 * prctl(PR_SET_PDEATHSIG), which does this for children, looks at the parent only.
 */
export class Leash implements Disposable {
  readonly path: string;
  readonly #fd: number;

  /** @param folder A scratch directory: it outlives a killed director, and a later run removes it. */
  constructor(folder: string) {
    this.path = join(folder, "leash");
    check(mkfifo(this.path, 0o600), { syscall: "mkfifo", doing: `make ${this.path}` });
    // For both, because a writer alone would have to wait for a reader.
    const fd = open(this.path, O_RDWR | O_NONBLOCK);
    this.#fd = check(fd, { syscall: "open", doing: `open ${this.path}` });
  }

  [Symbol.dispose](): void {
    close(this.#fd);
  }
}

/** From now on this process ends when whoever holds the leash does. It may be called too late, and then throws. */
export function takeLeash(path: string): void {
  const doing = `open ${path}`;
  const fd = check(open(path, O_RDONLY | O_NONBLOCK), { syscall: "open", doing });
  check(signalOnInput(fd), { syscall: "fcntl", doing });
  // Signal first, look then: whoever has let go in between is seen here.
  const held = read(fd, new Uint8Array(1));
  if (held !== -(ERRNO.EAGAIN as number)) throw callError(held, { syscall: "read", doing });
}
