import {
  callError,
  changeSignalMask,
  check,
  close,
  decodeSignalfdInfo,
  ERRNO,
  read,
  SI_QUEUE,
  SIGNALFD_INFO_BYTES,
  signalfd,
  signalMask,
} from "@ipc-playground/libc";
import { type Signal, signalNumber } from "./numbers.ts";
import type { ReceivedSignal } from "./record.ts";

/**
 * A signalfd: signals as bytes that are read from a descriptor, which poll(2) and epoll(7) take
 * like any other. Blocks the signals in this thread; the same holds as for {@link BlockedSignals}:
 * only what is sent to the main thread alone arrives.
 *
 * @see signalfd(2)
 */
export class SignalDescriptor implements Disposable {
  readonly fd: number;
  readonly #before: number[];
  readonly #buffer = new Uint8Array(SIGNALFD_INFO_BYTES);
  #closed = false;

  constructor(signals: readonly Signal[]) {
    const numbers = signals.map(signalNumber);
    this.fd = check(signalfd(numbers), { syscall: "signalfd", doing: "open a signalfd" });
    this.#before = signalMask();
    changeSignalMask("block", numbers);
  }

  /** The next pending signal, lowest number first, or `undefined` if none is pending. Does not wait. */
  next(): ReceivedSignal | undefined {
    const bytes = read(this.fd, this.#buffer);
    if (bytes === -(ERRNO.EAGAIN as number)) return undefined;
    if (bytes < 0) throw callError(bytes, { syscall: "read", doing: "read from a signalfd" });
    const { signal, value, senderPid, senderUid, code } = decodeSignalfdInfo(this.#buffer);
    return { signal, value, senderPid, senderUid, queued: code === SI_QUEUE, thread: process.pid };
  }

  /** Close the descriptor and restore the mask of before. Twice is harmless. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    close(this.fd);
    changeSignalMask("set", this.#before);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
