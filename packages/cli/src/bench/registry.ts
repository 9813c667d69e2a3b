import { type LoadedBench, loadBench } from "@ipc-playground/bench-kit/run";
import { unknownName } from "../nearest.ts";

interface Entry {
  name: string;
  aliases: readonly string[];
  /** The module whose default export is the bench. */
  module: string;
  /** A variant that answers a question of its own: measured by name, and with `--full`, there at one size. */
  aside?: true;
}

const MESSAGE_QUEUES = ["mq", "message-queue", "message-queues"];
const SHARED_MEMORY = ["shm", "shared-memory"];
const SOCKETS = ["socket", "sockets", "net"];
const SEMAPHORES = ["sem", "semaphore", "semaphores"];
/** What a Node programmer would pick without this project. */
const NODE = ["node", "node-channels"];
const WORKERS = ["worker", "workers", "worker-threads", "worker_threads", ...NODE];
const PROCESS_SEND = ["process", "process.send", "process-send", ...NODE];

/** The mechanisms that can be measured. One alias may stand for several. */
export const BENCHES: readonly Entry[] = [
  { name: "pipe", aliases: ["pipes"], module: "@ipc-playground/pipes/bench" },
  { name: "fifo", aliases: ["fifos"], module: "@ipc-playground/fifos/bench" },
  { name: "signal", aliases: ["signals", "sig"], module: "@ipc-playground/signals/bench" },
  { name: "rtsignal", aliases: ["signals", "sig"], module: "@ipc-playground/signals/bench-realtime" },
  { name: "sysv-mq", aliases: MESSAGE_QUEUES, module: "@ipc-playground/message-queues/bench" },
  { name: "posix-mq", aliases: MESSAGE_QUEUES, module: "@ipc-playground/message-queues/posix-bench" },
  { name: "shm-slot", aliases: SHARED_MEMORY, module: "@ipc-playground/shared-memory/bench" },
  { name: "shm-ring", aliases: SHARED_MEMORY, module: "@ipc-playground/shared-memory/ring-bench" },
  {
    name: "shm-ring-1",
    aliases: SHARED_MEMORY,
    module: "@ipc-playground/shared-memory/ring-bench-1",
    aside: true,
  },
  { name: "sysv-sem", aliases: SEMAPHORES, module: "@ipc-playground/semaphores/bench" },
  { name: "posix-sem", aliases: SEMAPHORES, module: "@ipc-playground/semaphores/posix-bench" },
  { name: "futex", aliases: SEMAPHORES, module: "@ipc-playground/semaphores/futex-bench" },
  { name: "eventfd", aliases: SEMAPHORES, module: "@ipc-playground/semaphores/benches/eventfd" },
  {
    name: "sysv-sem-alone",
    aliases: SEMAPHORES,
    module: "@ipc-playground/semaphores/benches/sysv-alone",
    aside: true,
  },
  {
    name: "posix-sem-alone",
    aliases: SEMAPHORES,
    module: "@ipc-playground/semaphores/benches/posix-alone",
    aside: true,
  },
  {
    name: "futex-alone",
    aliases: SEMAPHORES,
    module: "@ipc-playground/semaphores/benches/futex-alone",
    aside: true,
  },
  {
    name: "sysv-lock",
    aliases: SEMAPHORES,
    module: "@ipc-playground/semaphores/benches/sysv-lock",
    aside: true,
  },
  {
    name: "posix-lock",
    aliases: SEMAPHORES,
    module: "@ipc-playground/semaphores/benches/posix-lock",
    aside: true,
  },
  {
    name: "futex-lock",
    aliases: SEMAPHORES,
    module: "@ipc-playground/semaphores/benches/futex-lock",
    aside: true,
  },
  { name: "tcp-nodelay", aliases: ["tcp", ...SOCKETS], module: "@ipc-playground/sockets/tcp-bench" },
  {
    name: "tcp-nagle",
    aliases: ["tcp", "nagle", ...SOCKETS],
    module: "@ipc-playground/sockets/tcp-nagle-bench",
    aside: true,
  },
  { name: "unix-stream", aliases: ["unix", ...SOCKETS], module: "@ipc-playground/sockets/unix-bench" },
  {
    name: "unix-datagram",
    aliases: ["unix", ...SOCKETS],
    module: "@ipc-playground/sockets/unix-datagram-bench",
  },
  { name: "seqpacket", aliases: ["unix", ...SOCKETS], module: "@ipc-playground/sockets/seqpacket-bench" },
  { name: "udp", aliases: SOCKETS, module: "@ipc-playground/sockets/udp-bench" },
  { name: "epoll", aliases: SOCKETS, module: "@ipc-playground/sockets/epoll-bench" },
  {
    name: "process-send-json",
    aliases: PROCESS_SEND,
    module: "@ipc-playground/node-channels/benches/process-send-json",
  },
  {
    name: "process-send-advanced",
    aliases: PROCESS_SEND,
    module: "@ipc-playground/node-channels/benches/process-send-advanced",
  },
  {
    name: "worker-message",
    aliases: WORKERS,
    module: "@ipc-playground/node-channels/benches/worker-message",
  },
  { name: "worker-shared", aliases: WORKERS, module: "@ipc-playground/node-channels/benches/worker-shared" },
  { name: "zeromq", aliases: ["zmq", ...NODE], module: "@ipc-playground/node-channels/benches/zeromq" },
];

/** Measured by name only, and alone: no processes that talk, but decoders side by side. */
export const FRAMING = "framing";
/** By name only, and alone, too: a server, a crowd, and others' servers beside it. */
export const CHAT = "chat";

/**
 * The benches of these names: singular, plural or alias; all of them for no name at all.
 *
 * @throws {IpcError} UNKNOWN_NAME
 */
export function benchesNamed(names: readonly string[]): Promise<LoadedBench[]> {
  const entries = names.length === 0 ? BENCHES : new Set(names.flatMap(entriesNamed));
  return Promise.all([...entries].map(({ module }) => loadBench(import.meta.resolve(module))));
}

/** The variants. */
export const ASIDE: readonly string[] = BENCHES.filter(({ aside }) => aside).map(({ name }) => name);

/** What a quick comparison of everything has: no variants. */
export function usualBenches(): Promise<LoadedBench[]> {
  return benchesNamed(BENCHES.filter(({ aside }) => !aside).map(({ name }) => name));
}

function entriesNamed(name: string): Entry[] {
  const exact = BENCHES.filter((entry) => entry.name === name);
  const entries = exact.length > 0 ? exact : BENCHES.filter((entry) => entry.aliases.includes(name));
  if (entries.length > 0) return entries;
  throw unknownName("benchmark", name, [...BENCHES.map((entry) => entry.name), FRAMING, CHAT]);
}
