import { IpcError } from "@ipc-playground/contract";
import { callError, ERRNO, kill, sigqueue, sigqueueToThread, tgkill } from "@ipc-playground/libc";
import { MAX_VALUE, MIN_VALUE } from "./limits.ts";
import { type Signal, signalName, signalNumber } from "./numbers.ts";

/**
 * Send a signal, without a value. `pid` below -1 is a process group: kill(-group). As kill(2) has
 * it, 0 is the caller's own group and -1 everybody; neither is accepted here, because both are
 * nearly always a mistake in a variable.
 *
 * @throws {IpcError} NO_SUCH_PROCESS: nobody has that pid (ESRCH).
 * @throws {IpcError} NO_PERMISSION: the process belongs to another user (EPERM).
 * @throws {IpcError} BAD_ARGUMENT: no such signal, or no pid.
 * @see kill(2)
 */
export function sendSignal(pid: number, signal: Signal): void {
  const number = signalNumber(signal);
  if (pid < -1) checkInteger(-pid, pid);
  else checkPid(pid);
  refuse(kill(pid, number), "kill", pid, number);
}

/**
 * Queue a signal with a value, a 32-bit signed integer. A realtime signal that is sent twice
 * comes twice, in order; a standard one is merged with one that waits already, and its value is lost.
 *
 * @throws {IpcError} SIGNAL_QUEUE_FULL: as many signals wait for that user as the receiver's limit
 * allows (EAGAIN). Nothing was queued.
 * @throws {IpcError} NO_SUCH_PROCESS, NO_PERMISSION, BAD_ARGUMENT: as {@link sendSignal}.
 * @see sigqueue(3)
 */
export function sendQueued(pid: number, signal: Signal, value: number): void {
  const number = signalNumber(signal);
  checkPid(pid);
  checkValue(value);
  refuse(sigqueue(pid, number, value), "sigqueue", pid, number);
}

/**
 * {@link sendQueued} to the main thread alone: only it can take the signal. In a Node process that
 * is the thread that runs JavaScript, and the only one on which it can block a signal.
 * Throws the same errors.
 *
 * @see rt_tgsigqueueinfo(2)
 */
export function sendQueuedToMainThread(pid: number, signal: Signal, value: number): void {
  const number = signalNumber(signal);
  checkPid(pid);
  checkValue(value);
  refuse(sigqueueToThread(pid, pid, number, value), "rt_tgsigqueueinfo", pid, number);
}

/** {@link sendSignal} to the main thread of a process alone. Throws the same errors. tgkill(2) */
export function sendToMainThread(pid: number, signal: Signal): void {
  const number = signalNumber(signal);
  checkPid(pid);
  refuse(tgkill(pid, pid, number), "tgkill", pid, number);
}

/**
 * Whether a process has this pid. `there`: yes, and we may signal it; it may be dead and not yet
 * waited for. `not-ours`: yes, and it belongs to another user. `gone`: nobody has it.
 * A pid may be given to a new process at any time. kill(2), signal 0
 */
export type Presence = { readonly kind: "there" | "not-ours" | "gone" };

/** Ask whether a process is there, without sending anything: kill(pid, 0). */
export function probe(pid: number): Presence {
  checkPid(pid);
  const result = kill(pid, 0);
  if (result === -(ERRNO.ESRCH as number)) return { kind: "gone" };
  return { kind: result === 0 ? "there" : "not-ours" };
}

function checkPid(pid: number): void {
  checkInteger(pid, pid);
}

function checkInteger(positive: number, shown: number): void {
  if (Number.isInteger(positive) && positive >= 1 && positive <= MAX_VALUE) return;
  throw new IpcError(
    "BAD_ARGUMENT",
    `${shown} is not the pid of one process`,
    "give a whole number from 1 on; a group is signalled with sendSignal(-group, …)",
  );
}

function checkValue(value: number): void {
  if (Number.isInteger(value) && value >= MIN_VALUE && value <= MAX_VALUE) return;
  throw new IpcError(
    "BAD_ARGUMENT",
    `${value} does not fit in the value of a signal`,
    `give a whole number from ${MIN_VALUE} to ${MAX_VALUE}; anything larger has to travel by other means`,
  );
}

function refuse(returned: number, syscall: string, pid: number, number: number): void {
  if (returned === 0) return;
  const whom = pid < 0 ? `process group ${-pid}` : `pid ${pid}`;
  throw callError(returned, {
    syscall,
    doing: `send ${signalName(number)} to ${whom}`,
    ...EXPLAINED[-returned],
  });
}

const EXPLAINED: Readonly<Record<number, { code: IpcError["code"]; nextStep: string }>> = {
  [ERRNO.ESRCH as number]: {
    code: "NO_SUCH_PROCESS",
    nextStep: "the process has ended and was waited for, or never was: `ps` lists those that are there",
  },
  [ERRNO.EPERM as number]: {
    code: "NO_PERMISSION",
    nextStep: "the process belongs to another user: a plain user may signal only processes of their own",
  },
  [ERRNO.EAGAIN as number]: {
    code: "SIGNAL_QUEUE_FULL",
    nextStep:
      "let the receiver take what waits, or raise its RLIMIT_SIGPENDING (`ulimit -i`); SigQ in /proc/PID/status shows how many wait and how many may",
  },
};
