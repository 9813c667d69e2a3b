/**
 * The keyboard process, all of it: what is typed goes into the pipe. Both calls put it to sleep, and that is
 * fine in a process that has nothing else to do.
 */

import { constants } from "node:os";
import { ERRNO, read, setParentDeathSignal, writeFully } from "@ipc-playground/libc";

const KEYBOARD = 0;
/** Where the network process, which started this one, has put the pipe's write end. */
const PIPE = 3;
/** Bytes of the longest line that a terminal takes, its end included. termios(3) */
const LINE_BYTES = 4_096;
const EINTR = -(ERRNO.EINTR as number);

// When the network process has ended, this one hears of it too late: a pipe whose reader is gone says so to a
// write (EPIPE; and SIGPIPE, which Node ignores), and until somebody types, this one sleeps in read. So the
// kernel is asked to end it with its parent, however that ends. prctl(2), PR_SET_PDEATHSIG
setParentDeathSignal(constants.signals.SIGTERM);
// It may have been over before the kernel was asked.
if (process.ppid !== Number(process.argv[2])) process.exit();

const typed = new Uint8Array(LINE_BYTES);
for (;;) {
  // Until the line is complete, the terminal keeps it, and lets it be corrected: its line mode. termios(3)
  const count = read(KEYBOARD, typed);
  if (count === EINTR) continue;
  // 0 is Ctrl-D, or the end of a file; an error is an end, too: the terminal is gone.
  if (count <= 0) break;
  // Sleeps while the pipe is full: that is how a server that takes nothing stops who types.
  if (writeFully(PIPE, typed.subarray(0, count)) < 0) break;
}
