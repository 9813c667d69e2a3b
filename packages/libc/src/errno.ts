import { type ErrorCode, IpcError } from "@ipc-playground/contract";
import koffi from "koffi";
import { bind } from "./binding.ts";

const strerror = bind<(errno: number) => string>("const char *strerror(int errnum)");

/** The numbers of this platform's errors by symbol, for example `ERRNO.EPIPE`. See errno(3). */
export const ERRNO: Readonly<Record<string, number>> = koffi.os.errno;

// EAGAIN and EWOULDBLOCK are one number here, as are some others: the first, older name wins.
const symbols = new Map<number, string>();
for (const [symbol, number] of Object.entries(ERRNO)) {
  if (!symbols.has(number)) symbols.set(number, symbol);
}

/** The symbol of an error number: 32 is `"EPIPE"`. */
export function errnoSymbol(errno: number): string {
  return symbols.get(errno) ?? `errno ${errno}`;
}

/** libc's own sentence for an error number: 32 is `"Broken pipe"`. See strerror(3). */
export function errnoText(errno: number): string {
  return strerror(errno);
}

export interface FailedCall {
  /** The system call, for example `"fcntl"`. */
  syscall: string;
  /** What was tried, to follow "cannot": `"set the capacity of fd 5 to 9 bytes"`. */
  doing: string;
  code?: ErrorCode;
  nextStep?: string;
}

/** The {@link IpcError} for a system call that returned `-errno`. */
export function callError(returned: number, call: FailedCall): IpcError {
  const errno = -returned;
  const symbol = errnoSymbol(errno);
  const code = call.code ?? (errno === ERRNO.EPERM || errno === ERRNO.EACCES ? "NO_PERMISSION" : undefined);
  return new IpcError(
    code ?? "SYSTEM_CALL_FAILED",
    `cannot ${call.doing}: ${errnoText(errno)} (${symbol})`,
    call.nextStep ?? `man 2 ${call.syscall} says when ${call.syscall} fails with ${symbol}`,
    { errno: symbol, syscall: call.syscall },
  );
}

/** `returned` itself if the call succeeded; otherwise throws its {@link callError}. */
export function check(returned: number, call: FailedCall): number {
  if (returned < 0) throw callError(returned, call);
  return returned;
}
