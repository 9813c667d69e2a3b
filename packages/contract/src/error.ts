/**
 * Every way this project fails on purpose. The key is stable: programs may compare it,
 * `docs/errors.md` lists it, and a test holds the two lists equal.
 */
export const ERROR_CODES = {
  SYSTEM_CALL_FAILED: "a system call failed in a way that has no code of its own here",
  NOT_LINUX: "the program runs on something other than Linux",
  BAD_DESCRIPTOR: "a descriptor is closed, or is not open in the needed direction",
  ALREADY_CLOSED: "an object of this project was used after it was closed",
  BAD_ARGUMENT: "a value is outside what the call accepts",
  NO_PERMISSION: "the kernel refused an operation that this user may not do",
  NO_SUCH_PROCESS: "a process is gone, or never existed",
  PIPE_NO_READER: "something was written to a pipe or FIFO that nobody can read any more",
  FIFO_NO_READER: "a FIFO was to be opened for writing, and no process opened it for reading in time",
  FIFO_NO_WRITER: "a FIFO was to be opened for reading, and no process opened it for writing in time",
  NOT_A_FIFO: "a path leads to something that is not a FIFO",
  NO_SUCH_FILE: "a path leads nowhere: the file, or a folder on the way to it, does not exist",
  DISK_FULL: "a file system has no room for another file",
  PIPE_CAPACITY_REFUSED: "the kernel refused a new pipe capacity",
  BAD_QUEUE_NAME: "a POSIX queue's name is not a slash and then 1 to 255 bytes without another slash",
  NO_SUCH_QUEUE: "there is no message queue of that name or key",
  QUEUE_EXISTS: "a message queue of that name or key exists already",
  QUEUE_REMOVED: "a message queue was removed while it was in use",
  QUEUE_LIMIT: "a message queue would be larger, or one more, than a limit of the system allows",
  MESSAGE_TOO_LONG: "a message is longer than its queue or the system allows",
  BUFFER_TOO_SMALL: "a message is longer than the room that was given for it",
  BAD_FRAGMENT: "a message that should be a part of a longer one is none",
  NATIVE_PACKAGE_UNUSABLE: "a native package was built but would end the process on this version of Node",
  BAD_MEMORY_NAME:
    "a POSIX shared memory object's name is not a slash and then 1 to 255 bytes without another slash",
  NO_SUCH_MEMORY: "there is no shared memory of that name or key",
  MEMORY_EXISTS: "shared memory of that name or key exists already",
  MEMORY_LIMIT: "shared memory would be larger, or one more, than a limit of the system allows",
  MEMORY_FOREIGN: "shared memory is shorter than what should be in it, or was laid out by something else",
  MEMORY_SEALED: "shared memory was sealed against what was asked for",
  FRAME_TOO_LONG: "a frame is longer than its codec or its ring takes",
  FRAME_CUT: "the bytes end inside a frame",
  BAD_FRAME: "bytes that should be a frame are none",
  BAD_TEXT: "bytes that should be text are not UTF-8, or a text has no UTF-8",
  PEER_DIED: "the process at the other end is gone",
  BAD_SEMAPHORE_NAME: "a POSIX semaphore's name is not a slash and then 1 to 251 bytes without another slash",
  NO_SUCH_SEMAPHORE: "there is no semaphore of that name or key",
  SEMAPHORE_EXISTS: "a semaphore of that name or key exists already",
  SEMAPHORE_REMOVED: "a semaphore was removed while it was in use",
  SEMAPHORE_LIMIT: "a semaphore's value, or the number of semaphores, would go over a limit of the system",
  LOCK_NOT_HELD: "a lock was released by somebody who does not hold it",
  ADDRESS_IN_USE: "another socket has the address, or had it a moment ago",
  BAD_ADDRESS: "an address, a port or a path is none that a socket can have",
  CONNECTION_REFUSED: "nobody listens at the address",
  CONNECTION_LOST: "a connection ended before its work was done",
  UNREACHABLE: "there is no way to the address",
  NAME_NOT_FOUND: "a host's name has no address",
  SERVER_FULL: "a server has as many connections as it takes",
  TOO_MANY_DESCRIPTORS: "the process has as many descriptors open as it may",
  PEER_SILENT: "the other side answered none of several pings",
  UNSAFE_NAME: "a file's name would lead out of the folder it is meant for",
  TRANSFER_REFUSED: "the receiver of a file does not take it",
  TRANSFER_DAMAGED: "a file that came is not the file that was announced",
  CHAT_REFUSED: "the chat server refused what was asked",
  OUTBOX_FULL: "as many messages wait to be acknowledged as a chat client keeps",
  NOT_TRUSTED: "the other side cannot prove that it is who it should be",
  SIGNAL_QUEUE_FULL: "as many signals wait for a user's processes as the receiver's limit allows",
  SIGNALS_LOST: "signals came faster than their receiver looked at them, and some are gone",
  DEADLINE_PASSED: "something that was waited for did not happen in time",
  PROCESS_FAILED: "a process of a demo threw, or ended in a way the demo did not expect",
  PROGRAM_NOT_FOUND: "an external program is not installed",
  BAD_DEMO: "a demo or a lab breaks the rules that demos follow",
  UNKNOWN_NAME: "there is no lab, demo, exercise or benchmark of that name",
  BAD_USAGE: "a command was given a flag or a value that it does not take",
  BAD_LOG: "a recorded event log cannot be read or is damaged",
  FILE_UNREADABLE: "a file cannot be read",
  FILE_UNWRITABLE: "a file cannot be written",
  FILE_EXISTS: "a file is in the way and will not be overwritten",
  EXERCISE_UNFINISHED: "an exercise's program does not do yet what was asked",
  NATIVE_PACKAGE_MISSING: "a native package was not built on this machine",
  NO_COMPILER: "there is no C compiler",
  COMPILE_FAILED: "a compiler refused a program",
  BENCH_ROW_FAILED: "one row of a benchmark could not be measured, so it has no number",
  BAD_RESULT: "a saved benchmark result is cut short, damaged, or of a newer version",
} as const satisfies Record<string, string>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface IpcErrorDetails {
  cause?: unknown;
  /** The symbol of the system's error number, for example `"EPIPE"`. See errno(3). */
  errno?: string;
  /** The system call that failed, for example `"write"`. */
  syscall?: string;
}

/**
 * The one error class of this project. `message` is `fact`, then `nextStep`: what happened,
 * and what the person who reads it can do about it.
 */
export class IpcError extends Error {
  override readonly name = "IpcError";
  readonly code: ErrorCode;
  readonly fact: string;
  readonly nextStep: string;
  readonly errno: string | undefined;
  readonly syscall: string | undefined;

  constructor(code: ErrorCode, fact: string, nextStep: string, details: IpcErrorDetails = {}) {
    super(`${fact}; ${nextStep}`, "cause" in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.fact = fact;
    this.nextStep = nextStep;
    this.errno = details.errno;
    this.syscall = details.syscall;
  }
}
