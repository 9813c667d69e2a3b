import { defineDemo } from "@ipc-playground/lab-kit";
import {
  changeSignalMask,
  close,
  decodeSignalfdInfo,
  EPOLLIN,
  eventfd,
  read,
  SIGNALFD_INFO_BYTES,
  setTimerfd,
  signalfd,
  sigqueueToThread,
  sigrtmin,
  timerfd,
  write,
} from "@ipc-playground/libc";
import { Epoll } from "@ipc-playground/sockets";

const TICK_MS = 5;
const POSTS = 3;

interface Woken {
  by: string[];
  counted: number;
  ticks: number;
  value: number;
}

const eight = (value: bigint) => new Uint8Array(BigUint64Array.of(value).buffer);

export default defineDemo({
  name: "event-fds",
  title: "Events, timers and signals as descriptors, and one wait for all of them",
  claims: {
    io: {
      says: "epoll waits for input and output; a timer, a signal and another thread's word need something else.",
      expect: "refuted",
      source: "eventfd(2), timerfd_create(2), signalfd(2)",
    },
    queue: {
      says: "An eventfd that was written three times is read three times.",
      expect: "refuted",
      source: "eventfd(2): it is a number; a read takes all of it",
    },
    missed: {
      says: "Ticks of a timerfd that nobody read in time are not lost: the next read tells how many there were.",
      expect: "holds",
      source: "timerfd_create(2)",
    },
  },
  predict: {
    question: "Three processes add 1 to an eventfd before anybody reads. How often is it readable?",
    choices: ["Once: the read gives 3", "Three times: each read gives 1", "Once: the read gives 1"],
    answer: 0,
    because: "It holds a number of 64 bits, no messages. (EFD_SEMAPHORE makes each read take 1.)",
  },
  processes: {
    waiter({ fd, log }): Woken {
      const signal = sigrtmin() + 1;
      changeSignalMask("block", [signal]);
      const [timer, signals] = [timerfd(), signalfd([signal])];
      const names = new Map([
        [fd("counter"), "eventfd"],
        [timer, "timerfd"],
        [signals, "signalfd"],
      ]);
      using epoll = new Epoll();
      for (const one of names.keys()) epoll.add(one, EPOLLIN);
      const wait = (note?: string) => {
        const tell = (ready: { fd: number }[]) => ({
          result: ready.map((one) => names.get(one.fd)).join(", "),
        });
        return log.call("epoll_wait", "all three", () => epoll.wait(), note, tell).map((one) => one.fd);
      };
      const number = (from: number) => {
        const bytes = new BigUint64Array(1);
        log.call(
          "read",
          names.get(from) ?? "",
          () => read(from, new Uint8Array(bytes.buffer)),
          undefined,
          () => ({
            result: String(bytes[0]),
          }),
        );
        return Number(bytes[0]);
      };
      const by: string[] = [];
      const counted = wait().includes(fd("counter")) ? number(fd("counter")) : 0;
      by.push(`eventfd ${counted}`);
      const info = new Uint8Array(SIGNALFD_INFO_BYTES);
      if (wait().includes(signals)) read(signals, info);
      const { value } = decodeSignalfdInfo(info);
      by.push(`signalfd ${value}`);
      setTimerfd(timer, TICK_MS, TICK_MS);
      if (wait("Now a timer runs.").includes(timer)) by.push("timerfd");
      const began = performance.now();
      while (performance.now() - began < 4 * TICK_MS);
      const ticks = number(timer);
      for (const one of [timer, signals]) close(one);
      return { by, counted, ticks, value };
    },
  },
  async run({ start, claim, step, log }) {
    const counter = eventfd(0);
    step("The director adds to the eventfd three times, before the waiter is there.");
    for (let i = 0; i < POSTS; i++) log.call("write", "eventfd", () => write(counter, eight(1n)));
    const waiter = start("waiter", { fds: { counter } });
    await waiter.said("read");
    await waiter.asleep({ in: "epoll_wait" });
    step("A signal, with a value, to the waiter's main thread. Then a timer of its own.");
    log.call("rt_tgsigqueueinfo", "waiter", () =>
      sigqueueToThread(waiter.pid, waiter.pid, sigrtmin() + 1, 42),
    );
    const { by, counted, ticks, value } = await waiter.result<Woken>();
    close(counter);
    claim("io", by.length < 3 || value !== 42, `one epoll_wait woke up for ${by.join(", ")}`);
    claim("queue", counted < POSTS, `${POSTS} writes, and one read gave ${counted}`);
    claim(
      "missed",
      ticks > 1,
      `a timer of ${TICK_MS} ms, nobody reads for ${4 * TICK_MS} ms at least: one read gave ${ticks}`,
    );
  },
});
