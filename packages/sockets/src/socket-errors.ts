import { type ErrorCode, IpcError } from "@ipc-playground/contract";
import { callError, errnoSymbol } from "@ipc-playground/libc";

/** What an error number of a socket means, and what to do. What is missing here is SYSTEM_CALL_FAILED. */
const MEANINGS: Readonly<Record<string, readonly [code: ErrorCode, nextStep: string]>> = {
  EADDRINUSE: [
    "ADDRESS_IN_USE",
    "stop the other program, or take another address; `ss -xlp`, `ss -ulp` and `ss -tlp` show who has it",
  ],
  EADDRNOTAVAIL: ["BAD_ADDRESS", "bind an address that this machine has: `ip addr` shows them"],
  EAFNOSUPPORT: ["BAD_ADDRESS", "give an address of the socket's own family"],
  EPROTOTYPE: [
    "BAD_ADDRESS",
    "connect with a socket of the type that listens there: stream, datagram or seqpacket",
  ],
  ENOENT: ["NO_SUCH_FILE", "start the server first, and compare the paths"],
  ENOTDIR: ["NO_SUCH_FILE", "compare the path: a part of it is a file, not a folder"],
  ECONNREFUSED: [
    "CONNECTION_REFUSED",
    "start the server, or compare the address; a Unix socket's path stays when its server dies, and proves nothing",
  ],
  EACCES: [
    "NO_PERMISSION",
    "who connects to a path must be allowed to write it, and who binds one, its folder; ports below 1024 need privilege, and broadcasts SO_BROADCAST",
  ],
  EPIPE: ["CONNECTION_LOST", "the other end is closed: stop sending, and look at why it left"],
  ECONNRESET: ["CONNECTION_LOST", "the other end closed with something of ours unread: look at why"],
  ENOTCONN: ["BAD_ARGUMENT", "connect the socket first, or say where each message goes"],
  EDESTADDRREQ: ["BAD_ARGUMENT", "connect the socket first, or say where each message goes"],
  EISCONN: ["BAD_ARGUMENT", "it is connected: send without an address"],
  ENETUNREACH: ["UNREACHABLE", "no route leads there: `ip route` shows those of this machine"],
  EHOSTUNREACH: ["UNREACHABLE", "no machine answers there: compare the address"],
  EMFILE: ["TOO_MANY_DESCRIPTORS", "close some; `ulimit -n` says how many this process may have"],
  ENFILE: ["TOO_MANY_DESCRIPTORS", "the whole system is out of descriptors: close some"],
  ETOOMANYREFS: [
    "TOO_MANY_DESCRIPTORS",
    "descriptors that were sent and not received count as this user's: have them received first",
  ],
};

/** The {@link IpcError} for a system call on a socket that returned `-errno`. */
export function socketError(returned: number, syscall: string, doing: string): IpcError {
  const known = MEANINGS[errnoSymbol(-returned)];
  return callError(returned, { syscall, doing, ...(known && { code: known[0], nextStep: known[1] }) });
}

/** `returned` itself if the call succeeded. */
export function checkSocket(returned: number, syscall: string, doing: string): number {
  if (returned < 0) throw socketError(returned, syscall, doing);
  return returned;
}

/** A message over `mostBytes`, which a datagram socket takes whole or not at all. */
export function tooLong(bytes: number, mostBytes: number, where: string, nextStep: string): IpcError {
  return new IpcError(
    "MESSAGE_TOO_LONG",
    `a message of ${bytes} bytes is over the ${mostBytes} that ${where} takes`,
    nextStep,
    { errno: "EMSGSIZE", syscall: "send" },
  );
}
