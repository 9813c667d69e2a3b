import { defineDemo } from "@ipc-playground/lab-kit";
import { close, EPOLLIN, pipe2, read, watchDescriptor, write } from "@ipc-playground/libc";
import { Epoll } from "@ipc-playground/sockets";

const TICK_MS = 2;

export default defineDemo({
  name: "blocking-epoll",
  title: "epoll_wait in JavaScript holds the event loop, and the loop is one itself",
  claims: {
    goesOn: {
      says: "While JavaScript waits in epoll_wait, timers and promises go on.",
      expect: "refuted",
      source: "epoll_wait(2) puts the calling thread to sleep, and JavaScript has this one",
    },
    itself: {
      says: "A Node process that has nothing to do sleeps in epoll_wait.",
      expect: "holds",
      source: "libuv, Design overview: the I/O loop",
    },
    nested: {
      says: "An epoll can watch another epoll, so Node's loop can wait for ours.",
      expect: "holds",
      source: "epoll(7), Q4",
    },
  },
  predict: {
    question:
      "A timer should tick every 2 ms. The main thread sleeps in epoll_wait until somebody writes. Ticks?",
    choices: ["One every 2 ms", "None until it wakes up", "They come, in another thread"],
    answer: 1,
    because: "Timers are what the event loop looks at between two waits. It does not come round.",
  },
  processes: {
    /** Waits for its pipe with epoll_wait, while a timer should tick. Returns the ticks during the wait. */
    blocked({ fd, log }) {
      using epoll = new Epoll();
      epoll.add(fd("in"), EPOLLIN);
      let ticks = 0;
      const timer = setInterval(() => ticks++, TICK_MS);
      log.call(
        "epoll_wait",
        "pipe",
        () => epoll.wait().length,
        undefined,
        () => ({ result: "EPOLLIN" }),
      );
      clearInterval(timer);
      return ticks;
    },
    /** The same, with Node's own loop watching the epoll. */
    async nested({ fd, log }) {
      using epoll = new Epoll();
      epoll.add(fd("in"), EPOLLIN);
      let ticks = 0;
      const timer = setInterval(() => {
        if (++ticks === 5) log.event("ticking", { note: "Five ticks, and nobody has written." });
      }, TICK_MS);
      await new Promise<void>((resolve) => {
        const watch = watchDescriptor(epoll.fd, { readable: true }, () => {
          for (const ready of epoll.wait(0)) read(ready.fd, new Uint8Array(1));
          watch.stop();
          resolve();
        });
      });
      clearInterval(timer);
      log.event("woke", { result: "for the pipe" });
      return ticks;
    },
    /** Has a pipe that nobody writes to, and otherwise nothing. */
    async idle({ fd, log }) {
      log.event("idle");
      await new Promise<void>((resolve) => {
        const watch = watchDescriptor(fd("in"), { readable: true }, () => {
          watch.stop();
          resolve();
        });
      });
    },
  },
  async run({ start, until, claim, step, log }) {
    const [input, output] = pipe2() as [number, number];
    const tell = () => log.call("write", "pipe", () => write(output, Uint8Array.of(1)));
    step("A process sets a timer, and waits for a pipe in epoll_wait.");
    const blocked = start("blocked", { fds: { in: input } });
    await blocked.asleep({ in: "epoll_wait" });
    // Time enough for many ticks: the next process starts meanwhile.
    const idle = start("idle", { fds: { in: input } });
    await idle.said("idle");
    const where = await until(() => /asleep in (epoll_p?wait)/.exec(idle.whereabouts())?.[1], {
      what: () => "the idle process to sleep in epoll_wait",
    }).catch(() => idle.whereabouts());
    const found = `a process with nothing to do: ${idle.whereabouts()}`;
    tell();
    const ticks = await blocked.result<number>();
    claim("goesOn", ticks > 0, `${ticks} ticks of ${TICK_MS} ms while it waited`);
    claim("itself", where.startsWith("epoll_"), found);
    await idle.result();
    read(input, new Uint8Array(1));

    step("Another one has Node's event loop watch the epoll, and asks it with a wait of 0 ms.");
    const nested = start("nested", { fds: { in: input } });
    const ticking = await nested.said("ticking").then(
      () => true,
      () => false,
    );
    tell();
    const seen = await nested.result<number>();
    claim("nested", ticking && seen >= 5, `${seen} ticks, and then it woke up for the pipe`);
    for (const fd of [input, output]) close(fd);
  },
});
