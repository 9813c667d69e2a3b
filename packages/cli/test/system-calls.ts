import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Not counted, so not traced: how V8 and the C library get memory, as the compiler likes, and futex(2),
 * which is called only by who sleeps and who wakes.
 */
const LEFT_OUT = "mmap,munmap,mprotect,madvise,brk,pkey_mprotect,futex";

/** Start a program so that each of its threads writes its system calls into a file of its own in `folder`. */
export function straceInto(folder: string): string[] {
  // -D: strace is not the parent, so that a side sees the coordinator as that. -ttt: when each call began.
  const how = ["-D", "-f", "-ff", "-q", "-ttt", "--seccomp-bpf", "-e", `trace=!${LEFT_OUT}`];
  return ["strace", ...how, "-o", join(folder, "thread")];
}

/** Why there is no tracing here; `null`: there is. */
export function whyNoStrace(folder: string): string | null {
  const [file = "", ...args] = straceInto(folder);
  const { error, status, stderr } = spawnSync(file, [...args, "true"], { encoding: "utf8" });
  if (error) return "strace is not installed";
  return status === 0 && readdirSync(folder).length > 0 ? null : `strace may not trace: ${stderr.trim()}`;
}

interface Call {
  /** When it began, in seconds. */
  at: number;
  name: string;
  /** The arguments, without the parenthesis before them. */
  args: string;
  /** What it returned; -1: it failed. */
  result: number;
}

/** What both sides did in one run. */
export interface Run {
  /** Without those that are there only because somebody had to wait: to sleep, to wake, to look and find nothing. */
  systemCalls: number;
  /** Bytes that were given to the mechanism, and bytes that came out of it. */
  sent: number;
  received: number;
}

/**
 * The runs of one launch, in their order. Each side asks for its resource usage before and after a
 * run and at no other time, in Node as in C, so what lies between the two is the run and nothing of
 * the start.
 *
 * @param pool - count the process's other threads, too: the event loop has some that sleep for it
 */
export function runsIn(folder: string, { pool }: { pool: boolean }): Run[] {
  const threads = readdirSync(folder).map((file) => callsOf(readFileSync(join(folder, file), "latin1")));
  const shares = threads.flatMap(sharesOf).sort((x, y) => x.from - y.from);
  const others = pool ? threads.filter((calls) => sharesOf(calls).length === 0).flat() : [];
  const runs: Run[] = [];
  for (let i = 0; i + 1 < shares.length; i += 2) {
    const [one, other] = shares.slice(i, i + 2) as [Share, Share];
    const during = ({ at }: Call) => at > one.from && at < Math.max(one.to, other.to);
    runs.push(sum([...one.calls, ...other.calls, ...others.filter(during)]));
  }
  return runs;
}

/** `1795863395.516877 read(4, "abc"..., 65536) = 100` */
const LINE = /^(\d+\.\d+) (\w+)\((.*?)\)? += (-?\d+)\b.*$/gm;

function callsOf(trace: string): Call[] {
  return [...trace.matchAll(LINE)].map(([, at, name = "", args = "", result]) => ({
    at: Number(at),
    name,
    args,
    result: Number(result),
  }));
}

/** What one side did of one run. */
interface Share {
  from: number;
  to: number;
  calls: Call[];
}

function sharesOf(calls: readonly Call[]): Share[] {
  const asked = calls.flatMap(({ name }, i) => (name === "getrusage" ? [i] : []));
  return asked.flatMap((start, i) => {
    const end = asked[i + 1];
    if (i % 2 === 1 || end === undefined) return [];
    return [{ from: calls[start]?.at ?? 0, to: calls[end]?.at ?? 0, calls: calls.slice(start + 1, end) }];
  });
}

function sum(calls: readonly Call[]): Run {
  const inProc = looksIntoProc();
  const counted = calls.filter((call) => !isWait(call) && !inProc(call));
  const total = (bytes: (call: Call) => number) => counted.reduce((sum, call) => sum + bytes(call), 0);
  return { systemCalls: counted.length, sent: total(bytesSent), received: total(bytesReceived) };
}

/** A look that found nothing, or a sleep that was interrupted. */
function isWait({ name, result }: Call): boolean {
  return result < 0 || (/^epoll_p?wait$/.test(name) && result === 0);
}

/** Whether the other side still lives is asked in /proc, by one who has waited for long: open, read, close. */
function looksIntoProc(): (call: Call) => boolean {
  let fd: number | undefined;
  return ({ name, args, result }) => {
    if (name === "openat" && args.includes('"/proc/')) {
      fd = result;
      return true;
    }
    const looks = Number.parseInt(args, 10) === fd;
    if (looks && name === "close") fd = undefined;
    return looks;
  };
}

function bytesSent({ name, args, result }: Call): number {
  // These two return 0; the length is the last argument but one, or but two.
  if (name === "msgsnd") return Number(args.match(/(\d+), [^,]+$/)?.[1]);
  if (name === "mq_timedsend") return Number(args.match(/(\d+), [^,]+, [^,]+$/)?.[1]);
  return /^(write|writev|sendto|sendmsg)$/.test(name) ? result : 0;
}

function bytesReceived({ name, result }: Call): number {
  return /^(read|recvfrom|recvmsg|msgrcv|mq_timedreceive)$/.test(name) ? result : 0;
}
