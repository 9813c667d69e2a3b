import { type ErrorCode, IpcError } from "@ipc-playground/contract";

const CODES: Readonly<Record<string, readonly [code: ErrorCode, nextStep: string]>> = {
  ENOSPC: ["DISK_FULL", "make room, and send it again"],
  EDQUOT: ["DISK_FULL", "this user's quota is used up: make room, and send it again"],
  // RLIMIT_FSIZE; Node ignores the SIGXFSZ that comes with it.
  EFBIG: ["DISK_FULL", "the file would be larger than a file may be here: ulimit -f"],
  ENOENT: ["NO_SUCH_FILE", "check the path"],
  ELOOP: ["UNSAFE_NAME", "remove the symbolic link, or choose another name"],
  EEXIST: ["FILE_EXISTS", "send it under another name, or move the one that is there"],
  EMFILE: ["TOO_MANY_DESCRIPTORS", "close some, or raise the limit: ulimit -n"],
};

/** An error of `node:fs` in plain words. `doing` follows "cannot". */
export function fileError(cause: unknown, doing: string, otherwise: ErrorCode): IpcError {
  if (cause instanceof IpcError) return cause;
  const { code = "", syscall, message } = cause as NodeJS.ErrnoException;
  const [known, nextStep] = CODES[code] ?? [otherwise, "check its permissions and those of its folder"];
  return new IpcError(known, `cannot ${doing}: ${message}`, nextStep, {
    cause,
    errno: code,
    ...(syscall !== undefined && { syscall }),
  });
}
