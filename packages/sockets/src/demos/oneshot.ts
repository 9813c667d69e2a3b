import { defineDemo } from "@ipc-playground/lab-kit";
import {
  close,
  EPOLLIN,
  EPOLLONESHOT,
  EpollEvents,
  epollWait,
  MSG_DONTWAIT,
  pipe2,
  read,
  recv,
  write,
} from "@ipc-playground/libc";
import { Epoll, unixSocketPair } from "@ipc-playground/sockets";

export default defineDemo({
  name: "oneshot",
  title: "One epoll, two workers: EPOLLONESHOT gives a connection to one of them",
  claims: {
    shared: {
      says: "When several workers wait on one epoll, each piece of work goes to exactly one of them.",
      expect: "refuted",
      source: "epoll(7), Q and A: level-triggered, it stays ready until somebody has read",
    },
    oneshot: {
      says: "With EPOLLONESHOT it goes to one, until somebody arms the descriptor again.",
      expect: "holds",
      source: "epoll_ctl(2)",
    },
    lost: {
      says: "What comes while the descriptor is not armed is not told, even then.",
      expect: "refuted",
      source: "epoll_ctl(2): EPOLL_CTL_MOD looks whether it is ready",
    },
  },
  predict: {
    question: "Two workers sleep on one level-triggered epoll, and one message comes. Who is told?",
    choices: ["One of them", "Both, as long as nobody has read it", "Neither"],
    answer: 1,
    because: "The message makes the descriptor ready, and ready it is for everybody who asks.",
  },
  processes: {
    /** Waits on an epoll that is not its own, and reads when the director says so. */
    worker({ fd, log }) {
      const events = new EpollEvents(1);
      const wait = () => epollWait(fd("epoll"), events, -1);
      log.call("epoll_wait", "shared epoll", wait, undefined, () => ({ result: "EPOLLIN" }));
      log.event("told");
      log.call("read", "go", () => read(fd("go"), new Uint8Array(1)));
      return log.call("recv", "socket", () => recv(fd("socket"), new Uint8Array(64), MSG_DONTWAIT));
    },
  },
  async run({ start, until, claim, step, log }) {
    /** Two workers asleep on one epoll that watches one socket, and a message for them. */
    const scene = async (how: string, flags: number) => {
      const [socket, peer] = unixSocketPair();
      const epoll = new Epoll();
      epoll.add(socket.fd, EPOLLIN | flags);
      const gos = [pipe2(), pipe2()] as [number, number][];
      const workers = gos.map(([go], i) =>
        start("worker", { as: `${how} ${i + 1}`, fds: { epoll, socket, go } }),
      );
      for (const worker of workers) await worker.asleep({ in: "epoll_wait" });
      const told = new Set<(typeof workers)[number]>();
      const watched = workers.map(async (worker) => {
        await worker.said("told", { withinMs: 20_000 });
        told.add(worker);
      });
      const send = (text: string) => log.call("send", "socket", () => peer.send(Buffer.from(text)));
      const finish = async () => {
        for (const [, go] of gos) write(go, Uint8Array.of(1));
        await Promise.all(watched);
        const results = await Promise.all(workers.map((worker) => worker.result<number>()));
        for (const fd of gos.flat()) close(fd);
        for (const one of [epoll, socket, peer]) one.close();
        return results.map((bytes) => (bytes < 0 ? "EAGAIN" : `${bytes} bytes`)).join(" and ");
      };
      return { epoll, socket, workers, told, send, finish };
    };

    step("Level-triggered: a message comes, and whoever is told takes a while until it reads.");
    const level = await scene("level", 0);
    level.send("job");
    await until(() => level.told.size === 2 || undefined, { what: () => "both workers to be told" }).catch(
      () => {},
    );
    const both = level.told.size;
    claim("shared", both === 1, `one message, ${both} workers told; then they read ${await level.finish()}`);

    step("The same with EPOLLONESHOT, and a second message while the first is in work.");
    const once = await scene("oneshot", EPOLLONESHOT);
    once.send("job");
    await until(() => once.told.size > 0, { what: () => "a worker to be told" });
    once.send("more");
    const idle = once.workers.find((worker) => !once.told.has(worker));
    await idle?.asleep({ in: "epoll_wait" });
    log.event("look", { object: idle?.name ?? "nobody", result: idle?.whereabouts() ?? "both were told" });
    const before = once.told.size;
    log.call("epoll_ctl", "socket", () => String(once.epoll.modify(once.socket.fd, EPOLLIN | EPOLLONESHOT)));
    const armed = await until(() => once.told.size === 2, { what: () => "the other worker" }).then(
      () => true,
      () => false,
    );
    claim("oneshot", before === 1, `two messages, ${before} worker told until EPOLL_CTL_MOD`);
    if (!armed) once.send("for the one who still waits");
    claim(
      "lost",
      !armed,
      `armed again with something to read: ${armed ? "told at once" : "nobody was told"}`,
    );
    await once.finish();
  },
});
