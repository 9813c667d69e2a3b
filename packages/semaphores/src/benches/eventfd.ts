import { defineBench, type SyncEndpoint } from "@ipc-playground/bench-kit";
import { IpcError } from "@ipc-playground/contract";
import { check, duplicate, ERRNO, eventfd, read, watchDescriptor, write } from "@ipc-playground/libc";

const NOTHING = Buffer.alloc(0);
const EINTR = -(ERRNO.EINTR as number);
const EAGAIN = -(ERRNO.EAGAIN as number);

/** Two eventfds hand a turn to and fro: write(2) adds one, read(2) takes all there is. eventfd(2) */
export default defineBench({
  mechanism: "eventfd",
  yardstick: "eventfd",
  // For the event loop C sleeps in read(2), as it does in the other yardsticks.
  yardstickModes: ["blocking", "event-loop", "spin"],
  notifies: true,
  // Whoever does not wait for answers would see its notifications added up: one read takes them all.
  measures: ["latency", "rate"],

  work: {
    copies: 0,
    systemCalls: { blocking: 2, "event-loop": 3, spin: 2 },
    says: "write(2) adds, read(2) takes; an event loop asks epoll_wait(2) first",
  },

  open({ mode }) {
    const [there, back] = [openCounter(mode === "spin"), openCounter(mode === "spin")];
    return {
      a: { fds: { out: there, in: back } },
      b: { fds: { out: copyOf(back), in: copyOf(there) } },
    };
  },

  modes: {
    blocking: ({ fds }) => handOver(fds.out, fds.in),
    // The same: read(2) of a non-blocking one says EAGAIN, until there is something.
    spin: ({ fds }) => handOver(fds.out, fds.in),

    "event-loop"({ fds }, deliver) {
      const take = taker(fds.in);
      const post = poster(fds.out);
      watchDescriptor(fds.in, { readable: true }, () => {
        if (take()) deliver(NOTHING);
      });
      return {
        send(_, sent) {
          post();
          process.nextTick(sent);
        },
      };
    },
  },
});

function handOver(out: number, input: number): SyncEndpoint {
  const take = taker(input);
  return {
    send: poster(out),
    receive() {
      while (!take());
      return 0;
    },
  };
}

function poster(fd: number): () => void {
  const one = new Uint8Array(BigUint64Array.of(1n).buffer);
  return () => void check(write(fd, one), { syscall: "write", doing: "notify the other side" });
}

/** Takes the notification and says `true`; `false`: there was none, or a signal came instead. */
function taker(fd: number): () => boolean {
  const bytes = new Uint8Array(8);
  return () => {
    const count = read(fd, bytes);
    if (count === EAGAIN || count === EINTR) return false;
    check(count, { syscall: "read", doing: "take a notification" });
    if (bytes[0] === 1) return true;
    const fact = `${bytes[0]} notifications were taken as one`;
    throw new IpcError("BENCH_ROW_FAILED", fact, "one side sends twice before it is answered");
  };
}

function openCounter(nonBlocking: boolean): number {
  return check(eventfd(0, { nonBlocking }), { syscall: "eventfd", doing: "make an eventfd" });
}

/** The other side's own descriptor of it: the kit closes each after handing it over. */
function copyOf(fd: number): number {
  return check(duplicate(fd), { syscall: "fcntl", doing: "duplicate an eventfd" });
}
