import { defineDemo } from "@ipc-playground/lab-kit";
import { close, EPOLLET, EPOLLIN, pipe2, read, recv, write } from "@ipc-playground/libc";
import { Epoll, epollNames, unixSocketPair } from "@ipc-playground/sockets";

/** Events that each of the waits brought. */
type Seen = { whole: number; rest: number; more: number; three: number };

export default defineDemo({
  name: "level-edge",
  title: "Level-triggered tells what is, edge-triggered what happens",
  claims: {
    level: {
      says: "Level-triggered, epoll_wait tells of a descriptor as long as there is something to read.",
      expect: "holds",
      source: "epoll(7)",
    },
    edge: {
      says: "Edge-triggered, it tells once of what came, however much of it is left.",
      expect: "holds",
      source: "epoll(7)",
    },
    emptied: {
      says: "No other edge comes until the reader has emptied the buffer.",
      expect: "refuted",
      source: "common misreading of epoll(7): what comes makes an edge, whatever was there",
    },
    each: {
      says: "Every write of the peer is an event of its own.",
      expect: "refuted",
      source: "epoll(7), Q8: events that happen between two waits are combined",
    },
  },
  predict: {
    question: "10 bytes came, the reader took 4. What does the next epoll_wait say, edge-triggered?",
    choices: ["There are 6 bytes to read", "Nothing", "An error: the reader must take all"],
    answer: 1,
    because: "Nothing came since. The 6 bytes lie there, and only the next byte will be told.",
  },
  processes: {
    watcher({ fd, text, log }) {
      const trigger = text("trigger");
      const socket = fd("socket");
      using epoll = new Epoll();
      epoll.add(socket, trigger === "edge" ? EPOLLIN | EPOLLET : EPOLLIN);
      const wait = (withinMs: number, note?: string) =>
        log.call(
          "epoll_wait",
          trigger,
          () => epoll.wait(withinMs),
          note,
          (ready) => ({ result: ready[0] ? epollNames(ready[0].events) : "nothing" }),
        ).length;
      const take = (bytes: number) => log.call("recv", "socket", () => recv(socket, new Uint8Array(bytes)));
      const whole = wait(Number.POSITIVE_INFINITY);
      take(4);
      const rest = wait(0, "6 bytes are left.");
      log.event("read some");
      read(fd("go"), new Uint8Array(1));
      const more = wait(0, "One more byte came.");
      take(64);
      log.event("read all");
      read(fd("go"), new Uint8Array(1));
      const three = wait(0, "Three writes came.") + wait(0, "And again.");
      return { whole, rest, more, three } satisfies Seen;
    },
  },
  async run({ start, claim, step, log }) {
    const pairs = { level: unixSocketPair(), edge: unixSocketPair() };
    const all = Object.values(pairs);
    const gos = [pipe2(), pipe2()] as [number, number][];
    const watchers = Object.entries(pairs).map(([trigger, [mine]], i) =>
      start("watcher", { as: trigger, args: { trigger }, fds: { socket: mine, go: gos[i]?.[0] as number } }),
    );
    const send = (text: string) => {
      for (const [, peer] of all) log.call("send", "socket", () => peer.send(Buffer.from(text)));
    };
    const goOn = () => {
      for (const [, go] of gos) write(go, Uint8Array.of(1));
    };
    step("10 bytes come. Each reader waits, takes 4 of them, and waits again.");
    for (const watcher of watchers) await watcher.asleep({ in: "epoll_wait" });
    send("0123456789");
    for (const watcher of watchers) await watcher.said("read some");
    step("Another byte comes, while 6 are left.");
    send("+");
    goOn();
    for (const watcher of watchers) await watcher.said("read all");
    step("Three single bytes come before the next wait.");
    for (const one of "abc") send(one);
    goOn();
    const [level, edge] = await Promise.all(watchers.map((watcher) => watcher.result<Seen>()));
    for (const end of all.flat()) end.close();
    for (const end of gos.flat()) close(end);
    if (!level || !edge) return;
    claim(
      "level",
      level.whole + level.rest === 2,
      `with 6 bytes left, the second wait brought ${level.rest} event`,
    );
    claim(
      "edge",
      edge.whole === 1 && edge.rest === 0,
      `the first wait brought ${edge.whole}, the second ${edge.rest}`,
    );
    claim("emptied", edge.more === 0, `6 bytes were left, one came, and ${edge.more} event with it`);
    claim("each", edge.three === 3, `three writes before two waits: ${edge.three} event, edge-triggered`);
  },
});
