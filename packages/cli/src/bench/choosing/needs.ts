import { type Figure, type Figures, say } from "./figures.ts";

/** A need, what meets it, and why. */
export interface Need {
  need: string;
  mechanism: string;
  /** What holds everywhere. */
  why: string;
  /** What was measured; a sentence without its figure is left out. */
  measured(figures: Figures): Figure[];
}

export const NEEDS: readonly Need[] = [
  {
    need: "a parent and its child, a stream of bytes one way",
    mechanism: "pipe",
    why: "No name, no permissions, gone with its processes; end-of-file says that the writer is done.",
    measured: (f) => [
      say`A round trip over two takes ${f.trip("pipe", "blocking")}, ${f.trip("pipe", "event-loop")} in an event loop.`,
      say`One way: ${f.stream("pipe", "blocking")}.`,
    ],
  },
  {
    need: "a shell script, or programs that only know a path",
    mechanism: "FIFO",
    why: "A pipe with a name: `cat` and `echo` can use it. Opening waits for the other side.",
    measured: (f) => [say`A round trip: ${f.trip("fifo", "blocking")}.`],
  },
  {
    need: "a server and its clients on one machine",
    mechanism: "Unix stream socket",
    why: "Both directions, a connection for each client, file permissions, credentials of the peer; it can pass descriptors.",
    measured: (f) => [
      say`A round trip in an event loop takes ${f.trip("unix-stream", "event-loop")}; TCP takes ${f.trip("tcp-nodelay", "event-loop")}.`,
    ],
  },
  {
    need: "the same, and each message to arrive whole",
    mechanism: "Unix seqpacket socket",
    why: "A connection that keeps message boundaries: no framing to write. Node has no API for it; this project calls libc.",
    measured: (f) => [say`A round trip: ${f.trip("seqpacket", "blocking")}.`],
  },
  {
    need: "a server that may move to another machine",
    mechanism: "TCP, with `TCP_NODELAY`",
    why: "With UDP, the only mechanism of the kernel here that leaves the machine. Bytes, so messages need framing.",
    measured: (f) => [
      say`On one machine a round trip takes ${f.trip("tcp-nodelay", "blocking")}, where a Unix stream takes ${f.trip("unix-stream", "blocking")}.`,
    ],
  },
  {
    need: "the newest value counts, an older one may be lost",
    mechanism: "UDP",
    why: "No connection, no repetition, boundaries kept, many receivers by multicast.",
    measured: (f) => [say`A round trip on one machine: ${f.trip("udp", "blocking")}.`],
  },
  {
    need: "urgent messages first",
    mechanism: "POSIX message queue",
    why: "The highest priority leaves first; the queue and what is in it outlive their processes.",
    measured: (f) => [say`A round trip: ${f.trip("posix-mq", "blocking")}.`],
  },
  {
    need: "a receiver that picks messages by type",
    mechanism: "System V message queue",
    why: "`msgrcv` takes a type. It is no descriptor, so an event loop has to ask in every turn, which keeps a processor busy.",
    measured: (f) => [say`A round trip: ${f.trip("sysv-mq", "blocking")}.`],
  },
  {
    need: "the shortest round trip, and processors to spare for waiting",
    mechanism: "shared memory, spinning",
    why: "Nobody enters the kernel, and nobody sleeps: each side keeps a processor busy even while nothing comes.",
    measured: (f) => [
      say`A round trip takes ${f.trip("shm-slot", "spin")}; over pipes, where both sides sleep, ${f.trip("pipe", "blocking")}.`,
      say`Spinning for a moment before sleeping: ${f.trip("shm-slot", "hybrid")}.`,
    ],
  },
  {
    need: "much data, one way",
    mechanism: "shared memory, a ring",
    why: "No copy through the kernel, and no system call as long as both sides keep up.",
    measured: (f) => [
      say`${f.stream("shm-ring", "blocking")} with messages of 64 KiB; a pipe ${f.stream("pipe", "blocking")}.`,
    ],
  },
  {
    need: "a wake-up without data, to an event loop",
    mechanism: "eventfd",
    why: "A counter with a descriptor: `epoll` waits for it beside everything else. Wake-ups add up, none is lost.",
    measured: (f) => [
      say`A round trip: ${f.trip("eventfd", "blocking")}, ${f.trip("eventfd", "event-loop")} in an event loop.`,
    ],
  },
  {
    need: "a lock, or a wait for a word in shared memory",
    mechanism: "futex",
    why: "Free locks are taken without a system call. Who dies with the lock held leaves it locked, unless it is a robust one.",
    measured: (f) => [
      say`Both sides wanting it, ${f.operations("futex-lock")} locks a second; with System V semaphores ${f.operations("sysv-lock")}.`,
      say`Waking the other side and being woken: ${f.trip("futex", "blocking")}.`,
    ],
  },
  {
    need: "a count of free places that a dying process gives back",
    mechanism: "System V semaphore",
    why: "`SEM_UNDO` undoes what a process did when it ends, however it ends. Each operation is a system call.",
    measured: (f) => [say`A round trip: ${f.trip("sysv-sem", "blocking")}.`],
  },
  {
    need: "to tell a process to stop, or to read its configuration again",
    mechanism: "signal",
    why: "Every process can get one, and no channel is needed. It carries nothing, and two that wait become one.",
    measured: (f) => [
      say`A round trip of two signals: ${f.trip("signal", "blocking")}, ${f.trip("signal", "event-loop")} to handlers in Node.`,
    ],
  },
  {
    need: "two Node programs, parent and child, with little code",
    mechanism: "`process.send`",
    why: 'Objects instead of bytes, over a Unix socket pair; `serialization: "advanced"` copies more types than JSON.',
    measured: (f) => [
      say`A round trip takes ${f.trip("process-send-json", "event-loop")}; of bytes over a Unix stream, ${f.trip("unix-stream", "event-loop")}.`,
    ],
  },
  {
    need: "work beside the main thread of one Node program",
    mechanism: "`worker_threads`",
    why: "One process, so buffers can be handed over without a copy, or shared with `SharedArrayBuffer`. A crash takes all of it.",
    measured: (f) => [
      say`A round trip of messages takes ${f.trip("worker-message", "event-loop")}.`,
      say`With shared memory and Atomics.wait it takes ${f.trip("worker-shared", "blocking")}.`,
    ],
  },
  {
    need: "publish and subscribe, queues, reconnecting",
    mechanism: "ZeroMQ",
    why: "A library over sockets that has these patterns; a native package, with threads of its own.",
    measured: (f) => [say`A round trip over \`ipc://\`: ${f.trip("zeromq", "event-loop")}.`],
  },
];
