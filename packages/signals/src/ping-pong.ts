import { IpcError } from "@ipc-playground/contract";
import { callError, check, close, pipe2, readFully, writeFully } from "@ipc-playground/libc";

/** The pid of a process, in bytes, as the two sides tell it to each other. */
const PID_BYTES = 4;

/** Two pipes, over which the sides of a benchmark learn each other's pid: a signal needs one. */
export function openIntroduction() {
  const there = ends();
  const back = ends();
  return {
    a: { fds: { in: back[0], out: there[1] } },
    b: { fds: { in: there[0], out: back[1] } },
  };
}

function ends(): [number, number] {
  const fds = pipe2();
  if (typeof fds === "number") throw callError(fds, { syscall: "pipe2", doing: "open a pipe" });
  return fds;
}

/** Tell our pid and learn the partner's. Call it when this side's handler or mask is in place. */
export function introduce(fds: Readonly<Record<"in" | "out", number>>): number {
  const own = Buffer.alloc(PID_BYTES);
  own.writeInt32LE(process.pid);
  check(writeFully(fds.out, own), { syscall: "write", doing: "tell this side's pid" });
  const partner = Buffer.alloc(PID_BYTES);
  const bytes = check(readFully(fds.in, partner), { syscall: "read", doing: "learn the partner's pid" });
  close(fds.in);
  close(fds.out);
  if (bytes === PID_BYTES) return partner.readInt32LE();
  throw new IpcError(
    "BENCH_ROW_FAILED",
    "the other side ended before it told its pid",
    "see why its process ended",
  );
}
