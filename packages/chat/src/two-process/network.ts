import { lines } from "@ipc-playground/framing";
import { check, EPOLLIN, EPOLLOUT, ERRNO, read, setNonBlocking, shutdown, write } from "@ipc-playground/libc";
import { Epoll, visible } from "@ipc-playground/sockets";

/** Who ended it first. `cut`: the connection broke, or the server ended and had not taken all that was typed. */
export type Ending = "keyboard" | "server" | "cut";

const EAGAIN = -(ERRNO.EAGAIN as number);
const CHUNK_BYTES = 65_536;

/**
 * The network process waits for the pipe and for the server at once. What is typed goes to the server, and the
 * server's lines go to the screen.
 */
export class Network {
  readonly #pipe: number;
  readonly #socket: number;
  readonly #print: (line: string) => void;
  readonly #epoll = new Epoll();
  readonly #typed = new Uint8Array(CHUNK_BYTES);
  readonly #heard = new Uint8Array(CHUNK_BYTES);
  /** TCP cuts where it likes, inside a character too. What has no line feed at the very end is the last line. */
  readonly #lines = lines({ eof: "emit" }).decoder();
  /** What the server has not taken yet. */
  #unsent: Uint8Array;
  #keyboardEnded = false;

  /**
   * @param pipe Its read end. The write end must be closed in this process, or end-of-file never comes.
   * @param hello To be sent before anything that is typed.
   */
  constructor(pipe: number, socket: number, hello: Uint8Array, print: (line: string) => void) {
    this.#pipe = pipe;
    this.#socket = socket;
    this.#unsent = hello;
    this.#print = print;
    // A write to a full socket would sleep, and this process would be deaf to server and keyboard.
    check(setNonBlocking(socket, true), { syscall: "fcntl", doing: "make the socket non-blocking" });
    this.#epoll.add(socket, EPOLLIN);
  }

  /**
   * Returns when the server has ended. Until then it has the thread, event loop and all.
   *
   * @throws {IpcError} BAD_TEXT, FRAME_TOO_LONG: what the server says is not lines of text.
   */
  run(): Ending {
    for (;;) {
      this.#watch();
      for (const { fd } of this.#epoll.wait()) {
        const ending = fd === this.#pipe ? this.#takeTyped() : this.#takeHeard();
        if (ending !== undefined) return ending;
      }
      if (this.#unsent.length > 0) this.#send();
    }
  }

  /** What to wait for follows from what there is to do. */
  #watch(): void {
    const waiting = this.#unsent.length > 0;
    // A socket has room nearly always: asked for without need, EPOLLOUT would wake us again and again.
    this.#epoll.modify(this.#socket, waiting ? EPOLLIN | EPOLLOUT : EPOLLIN);
    // While the server takes nothing, nothing is taken from the keyboard: the pipe fills, and the keyboard
    // process sleeps in write. It must be deleted: EPOLLHUP would come without being asked for.
    if (waiting || this.#keyboardEnded) this.#epoll.delete(this.#pipe);
    else this.#epoll.add(this.#pipe, EPOLLIN);
  }

  #takeTyped(): undefined {
    const count = check(read(this.#pipe, this.#typed), { syscall: "read", doing: "read from the pipe" });
    this.#unsent = this.#typed.subarray(0, count);
    if (count > 0) return;
    this.#keyboardEnded = true;
    // Half-close: the end-of-file goes on to the server, which may still have something to say.
    shutdown(this.#socket, "write");
  }

  #takeHeard(): Ending | undefined {
    const count = read(this.#socket, this.#heard);
    // It was ready for EPOLLOUT alone.
    if (count === EAGAIN) return undefined;
    if (count > 0) this.#lines.push(this.#heard.subarray(0, count));
    else this.#lines.end();
    for (let line = this.#lines.next(); line !== null; line = this.#lines.next()) this.#print(visible(line));
    if (count > 0) return undefined;
    if (count < 0 || this.#unsent.length > 0) return "cut";
    return this.#keyboardEnded ? "keyboard" : "server";
  }

  #send(): void {
    const count = write(this.#socket, this.#unsent);
    // Nothing: it is full, and EPOLLOUT will tell. Or it is broken: then reading ends, after the last words.
    if (count > 0) this.#unsent = this.#unsent.subarray(count);
  }
}
