import { defineDemo } from "@ipc-playground/lab-kit";
import { descriptorFlags, O_ACCMODE, openDescriptors, POLLIN, poll } from "@ipc-playground/libc";

export default defineDemo({
  name: "self-pipe",
  title: "The self-pipe: how a handler reaches the event loop",
  claims: {
    writes: {
      says: "Node's handler does one thing: it writes to a pipe that the same process reads.",
      expect: "holds",
      source: "libuv, signal.c; The Linux Programming Interface, 63.5.2 (self-pipe)",
    },
    interrupts: {
      says: "A signal handler in JavaScript interrupts the JavaScript that is running.",
      expect: "refuted",
      source: "Node.js, Signal events",
    },
  },
  predict: {
    question:
      "JavaScript sends its own process SIGUSR2 and goes on computing. When does the handler in JavaScript run?",
    choices: [
      "At once, in between",
      "When the event loop comes round",
      "In another thread, at the same time",
    ],
    answer: 1,
    because:
      "The handler in C runs at once and writes to a pipe. The event loop finds that pipe readable when it next looks.",
  },
  processes: {
    /** Sends itself a signal, and looks at its own pipes before and after. */
    async program({ log }) {
      let callbacks = 0;
      const called = new Promise<void>((resolve) =>
        process.on("SIGUSR2", () => {
          callbacks++;
          log.event("callback", { object: "SIGUSR2", note: "Now: the event loop has read the pipe." });
          resolve();
        }),
      );
      const alive = setInterval(() => {}, 1_000_000);
      const before = readable();
      log.call("kill", "SIGUSR2 to itself", () => void process.kill(process.pid, "SIGUSR2"));
      const filled = readable().filter((pipe) => !before.includes(pipe));
      log.event("look", {
        object: filled.join(", ") || "no pipe",
        result: "readable now",
        note: "Both its ends are in this process. The handler in C has run, the one in JavaScript not yet.",
      });
      const whileRunning = callbacks;
      await called;
      clearInterval(alive);
      return { filled, whileRunning, stillReadable: readable().filter((pipe) => filled.includes(pipe)) };
    },
  },
  async run({ start, claim }) {
    const program = start("program");
    type Seen = { filled: string[]; whileRunning: number; stillReadable: string[] };
    const { filled, whileRunning, stillReadable } = await program.result<Seen>();
    claim(
      "writes",
      filled.length === 1 && stillReadable.length === 0,
      `after kill() ${filled.join(", ") || "no pipe"} was readable; after the callback ${stillReadable.join(", ") || "no longer"}`,
    );
    claim(
      "interrupts",
      whileRunning > 0,
      `when kill() had returned, the callback had run ${whileRunning} times`,
    );
  },
});

/** The pipes of which this process has both ends, and whose read end has something to read. */
function readable(): string[] {
  const pipes = (openDescriptors(process.pid) ?? []).filter(({ target }) => target.startsWith("pipe:"));
  const mode = (fd: number) => (descriptorFlags(process.pid, fd) ?? -1) & O_ACCMODE;
  return pipes
    .filter(({ fd }) => mode(fd) === 0)
    .filter(({ target }) => pipes.some((other) => other.target === target && mode(other.fd) === 1))
    .filter(({ fd }) => {
      const found = poll([{ fd, events: POLLIN }], 0);
      return typeof found !== "number" && found[0] !== 0;
    })
    .map(({ target }) => target);
}
