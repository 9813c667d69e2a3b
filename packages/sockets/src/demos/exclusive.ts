import { defineDemo } from "@ipc-playground/lab-kit";
import { accept, close, EPOLLEXCLUSIVE, EPOLLIN, ERRNO, pipe2, read } from "@ipc-playground/libc";
import { connectedSocket, Epoll, listeningSocket } from "@ipc-playground/sockets";

const WORKERS = 4;
const EAGAIN = -(ERRNO.EAGAIN as number);

/** accept(2) in the words of the log. */
function acceptFrom(listener: number) {
  const fd = accept(listener);
  return { kind: fd === EAGAIN ? "would-block" : "a connection", got: fd >= 0 };
}

/** What became of a worker: told of the connection or not, and whether it got it. */
type Fate = "accepted" | "in vain" | "slept";

export default defineDemo({
  name: "exclusive",
  title: "The thundering herd: one connection, and how many wake up for it",
  claims: {
    herd: {
      says: "One connection wakes up every process whose epoll watches the listening socket.",
      expect: "holds",
      source: "epoll_ctl(2), EPOLLEXCLUSIVE: the default",
    },
    exclusive: {
      says: "With EPOLLEXCLUSIVE it wakes one at least, and not all.",
      expect: "holds",
      source: "epoll_ctl(2), EPOLLEXCLUSIVE (Linux 4.5)",
    },
    accept: {
      says: "Processes that sleep in accept(2) itself all wake up, too.",
      expect: "refuted",
      source: "Stevens, UNP volume 1, 30.6, of kernels of its time; Linux wakes one",
    },
  },
  predict: {
    question: "Four processes wait with epoll for one listening socket. A client connects. How many wake up?",
    choices: ["1", "2", "4"],
    answer: 2,
    because: "Each epoll is told. One process gets the connection, the others EAGAIN, and go back to sleep.",
  },
  processes: {
    worker({ fd, text, log }): Fate {
      const listener = fd("listener");
      if (text("how") === "accept") {
        const { got } = log.call("accept", "listener", () => acceptFrom(listener));
        log.event("told");
        return got ? "accepted" : "in vain";
      }
      using epoll = new Epoll();
      epoll.add(listener, EPOLLIN | (text("how") === "exclusive" ? EPOLLEXCLUSIVE : 0));
      // The director closes the pipe when it has counted.
      epoll.add(fd("over"), EPOLLIN);
      const [first] = log.call(
        "epoll_wait",
        "listener",
        () => epoll.wait(),
        undefined,
        ([ready]) => ({
          result: ready?.fd === listener ? "EPOLLIN" : "over",
        }),
      );
      if (first?.fd !== listener) return "slept";
      log.event("told");
      // Not before all that are told have been told: who is late would find nothing, and sleep on.
      read(fd("over"), new Uint8Array(1));
      return log.call("accept", "listener", () => acceptFrom(listener)).got ? "accepted" : "in vain";
    },
  },
  async run({ start, claim, step, log }) {
    /** Four processes that wait, and one connection. Returns what became of each. */
    const scene = async (how: "herd" | "exclusive" | "accept"): Promise<Fate[]> => {
      const listener = listeningSocket({ host: "127.0.0.1", port: 0 }, { nonBlocking: how !== "accept" });
      const [over, end] = pipe2() as [number, number];
      const workers = Array.from({ length: WORKERS }, (_, i) =>
        start("worker", { as: `${how} ${i + 1}`, args: { how }, fds: { listener, over } }),
      );
      for (const worker of workers) await worker.asleep({ in: how === "accept" ? "accept" : "epoll_wait" });
      log.event("connect", { object: "listener" });
      const clients = [connectedSocket(listener.address)];
      await Promise.race(workers.map((worker) => worker.said("told")));
      // Whoever is woken is so at once: in the end each has either been told, or sleeps in its call.
      const told = new Set<string>();
      await Promise.all(
        workers.map((worker) =>
          Promise.race([
            worker.said("told").then(() => told.add(worker.name)),
            worker.asleep({ in: how === "accept" ? "accept" : "epoll_wait" }).catch(() => {}),
          ]),
        ),
      );
      // The sleepers of accept(2) need a connection each to come back: it is not counted.
      const slept = workers.map((worker) => !told.has(worker.name));
      if (how === "accept") for (const one of slept) if (one) clients.push(connectedSocket(listener.address));
      close(end);
      const results = await Promise.all(workers.map((worker) => worker.result<Fate>()));
      for (const fd of [over, listener.fd, ...clients]) close(fd);
      return results.map((fate, i) => (slept[i] ? "slept" : fate));
    };
    const count = (fates: Fate[], fate: Fate) => fates.filter((one) => one === fate).length;
    const evidence = (fates: Fate[]) =>
      (["accepted", "in vain", "slept"] as const).map((fate) => `${count(fates, fate)} ${fate}`).join(", ");

    step("Four processes, an epoll each, one connection.");
    const herd = await scene("herd");
    claim("herd", count(herd, "slept") === 0, evidence(herd));
    step("The same with EPOLLEXCLUSIVE.");
    const exclusive = await scene("exclusive");
    const woken = WORKERS - count(exclusive, "slept");
    claim("exclusive", woken >= 1 && woken < WORKERS, evidence(exclusive));
    step("Four processes asleep in accept(2).");
    const sleepers = await scene("accept");
    claim("accept", count(sleepers, "slept") === 0, evidence(sleepers));
  },
});
