import { execFileSync } from "node:child_process";
import { readFileSync, statfsSync } from "node:fs";
import { release } from "node:os";
import { IpcError } from "@ipc-playground/contract";
import { loadPosixMq } from "@ipc-playground/message-queues";
import { loadShmTypedArray } from "@ipc-playground/shared-memory";
import { findNative } from "@ipc-playground/signals";

/** One thing that the doctor looked at. */
export interface Finding {
  group: "system" | "tools" | "permissions" | "limits";
  name: string;
  /** `missing`: some labs do less without it. `info`: a number worth knowing. */
  state: "ok" | "missing" | "info";
  value: string;
  /** What it means, and for which lab. */
  meaning: string;
  /** How to get it, where it is missing. */
  fix?: string;
}

/** Look at everything. Takes well under a second, changes nothing. */
export function findings(): Finding[] {
  return [...system(), ...tools(), ...permissions(), ...limits()];
}

function system(): Finding[] {
  return [
    {
      group: "system",
      name: "Node",
      state: "ok",
      value: process.versions.node,
      meaning: "20.19 or newer runs everything here",
    },
    {
      group: "system",
      name: "kernel",
      state: "ok",
      value: `Linux ${release()}, ${process.arch}`,
      meaning: "x64 and arm64 are supported",
    },
  ];
}

const COMPILER_PACKAGES =
  "Debian, Ubuntu: apt install build-essential python3. Fedora: dnf install gcc gcc-c++ make python3. Arch: pacman -S base-devel python. Alpine: apk add build-base python3 linux-headers. Then run `pnpm rebuild`";

function tools(): Finding[] {
  return [
    program(
      "cc",
      ["--version"],
      "compiles the C yardsticks: benchmarks show their ratio to C",
      COMPILER_PACKAGES,
    ),
    nativePackage("posix-mq", loadPosixMq, "one of two drivers for POSIX message queues"),
    signalReceiver(),
    nativePackage("shm-typed-array", loadShmTypedArray, "System V shared memory"),
    program(
      "strace",
      ["-V"],
      "counts system calls, for who wants to see them; no lab needs it",
      "install the package strace",
    ),
  ];
}

/** The one screen of C in the signals package. */
function signalReceiver(): Finding {
  const base = {
    group: "tools",
    name: "signal receiver (C)",
    meaning: "receives signals with values from anybody: 8 demos of the signal lab",
  } as const;
  const native = findNative("receiver");
  if (native.kind === "ready") return { ...base, state: "ok", value: "compiled" };
  return { ...base, state: "missing", value: "not compiled", fix: `it ${native.reason}` };
}

function program(name: string, args: string[], meaning: string, fix: string): Finding {
  const base = { group: "tools", name, meaning } as const;
  try {
    const said = execFileSync(name, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return { ...base, state: "ok", value: said.split("\n")[0] ?? "" };
  } catch {
    return { ...base, state: "missing", value: "not found", fix };
  }
}

function nativePackage(name: string, load: () => unknown, meaning: string): Finding {
  const base = { group: "tools", name, meaning } as const;
  try {
    load();
    return { ...base, state: "ok", value: "loads" };
  } catch (error) {
    const reason = error instanceof IpcError ? error.fact : String(error);
    return { ...base, state: "missing", value: reason, fix: COMPILER_PACKAGES };
  }
}

// Bit numbers of capabilities(7). Source: linux/capability.h.
const CAP_NET_RAW = 13;

function permissions(): Finding[] {
  const effective = BigInt(
    `0x${/^CapEff:\s+([0-9a-f]+)$/m.exec(read("/proc/self/status") ?? "")?.[1] ?? "0"}`,
  );
  const raw = (effective >> BigInt(CAP_NET_RAW)) & 1n;
  const namespaces = userNamespaces();
  return [
    {
      group: "permissions",
      name: "CAP_NET_RAW",
      state: raw ? "ok" : namespaces ? "info" : "missing",
      value: raw ? "yes" : "no",
      meaning: "packet capture in the network labs; nothing else needs it",
      ...(!raw && !namespaces && { fix: "run the lab with sudo, or allow user namespaces" }),
    },
    {
      group: "permissions",
      name: "user namespaces",
      state: namespaces ? "ok" : "missing",
      value: namespaces ? "allowed" : "not allowed",
      meaning: "let a plain user capture packets in a network of the lab's own",
      ...(!namespaces && {
        fix: "sysctl kernel.unprivileged_userns_clone=1 or kernel.apparmor_restrict_unprivileged_userns=0, as root",
      }),
    },
  ];
}

function userNamespaces(): boolean {
  try {
    execFileSync("unshare", ["-Urn", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Files of /proc with one number or a few, and what each means. */
const LIMIT_FILES: readonly [path: string, meaning: string][] = [
  ["/proc/sys/fs/pipe-max-size", "bytes: the largest pipe a plain user may ask for (pipe lab)"],
  [
    "/proc/sys/fs/pipe-user-pages-soft",
    "pages in all pipes of a user; over it, new pipes are small (pipe lab)",
  ],
  ["/proc/sys/fs/mqueue/msg_max", "messages in a POSIX queue, at most (message-queue lab)"],
  ["/proc/sys/fs/mqueue/msgsize_max", "bytes in a POSIX message, at most (message-queue lab)"],
  ["/proc/sys/fs/mqueue/queues_max", "POSIX queues in the system, at most (message-queue lab)"],
  ["/proc/sys/kernel/msgmax", "bytes in a System V message, at most (message-queue lab)"],
  ["/proc/sys/kernel/msgmnb", "bytes in a System V queue, at most (message-queue lab)"],
  ["/proc/sys/kernel/sem", "System V semaphores: per set, in all, operations per call, sets (semaphore lab)"],
  ["/proc/sys/kernel/shmmax", "bytes in a System V segment, at most (shared-memory lab)"],
  ["/proc/sys/kernel/shmmni", "System V segments in the system, at most (shared-memory lab)"],
];

/** Rows of /proc/self/limits. */
const RLIMITS: readonly [row: string, meaning: string][] = [
  ["Max msgqueue size", "bytes in all POSIX queues of a user, `ulimit -q` (message-queue lab)"],
  ["Max pending signals", "queued signals of a user, `ulimit -i` (signal lab)"],
  ["Max open files", "descriptors of a process, `ulimit -n` (socket lab)"],
];

function limits(): Finding[] {
  const own = read("/proc/self/limits") ?? "";
  return [
    ...LIMIT_FILES.map(([path, meaning]) => limit(path, read(path)?.trim().replace(/\s+/g, " "), meaning)),
    limit(
      "/dev/shm",
      sharedMemoryRoom(),
      "room for POSIX shared memory and named semaphores (shared-memory and semaphore labs)",
    ),
    ...RLIMITS.map(([row, meaning]) =>
      limit(row, new RegExp(`^${row}\\s+(\\S+)`, "m").exec(own)?.[1], meaning),
    ),
  ];
}

/** In a container it is often 64 MB, whatever the machine has. */
function sharedMemoryRoom(): string | undefined {
  try {
    const { bavail, blocks, bsize } = statfsSync("/dev/shm");
    const mebibytes = (count: number) => Math.floor((count * bsize) / 2 ** 20);
    return `${mebibytes(bavail)} of ${mebibytes(blocks)} MiB free`;
  } catch {
    return undefined;
  }
}

function limit(name: string, value: string | undefined, meaning: string): Finding {
  return value === undefined
    ? { group: "limits", name, state: "missing", value: "this kernel does not have it", meaning }
    : { group: "limits", name, state: "info", value, meaning };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
