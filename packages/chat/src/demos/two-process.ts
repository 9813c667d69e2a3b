import { defineDemo, type Log } from "@ipc-playground/lab-kit";
import { accept, close, EPOLLIN, read, shutdown, write } from "@ipc-playground/libc";
import { openPipe } from "@ipc-playground/pipes";
import { connectedSocket, Epoll, listeningSocket } from "@ipc-playground/sockets";
import { HERE } from "./guest.ts";

/** Each way's name, at both of its ends. A connection is two: to the server, and from it. */
const [KEYBOARD, PIPE, UP, DOWN] = ["keyboard", "pipe", "upstream", "downstream"];

interface Seen {
  /** What each epoll_wait found ready. */
  waits: string[];
  bytes: { pipe: number; tcp: number };
  /** What came from the server before the keyboard had ended, and after. */
  heard: { before: string; after: string };
}

export default defineDemo({
  name: "two-process",
  title: "A keyboard, a pipe, and one wait for two things",
  claims: {
    one: {
      says: "A process can wait for one thing at a time.",
      expect: "refuted",
      source: "epoll_wait(2), poll(2)",
    },
    calls: {
      says: "A pipe and a TCP connection need different calls to be waited for and read.",
      expect: "refuted",
      source: "epoll(7), read(2): a descriptor is a descriptor",
    },
    over: {
      says: "When the keyboard has ended, nothing more can come from the server.",
      expect: "refuted",
      source: "shutdown(2): SHUT_WR closes one direction, and the other stays",
    },
  },
  predict: {
    question: "A line lies in the pipe, and one from the server in the socket. What does epoll_wait say?",
    choices: ["The one that came first is ready", "Both are ready", "The socket is: the network goes first"],
    answer: 1,
    because:
      "It tells what is ready, not what happened, and of as many descriptors as the caller has room for.",
  },
  processes: {
    /** Sleeps in read until somebody types; then in write, if the pipe is full. */
    keyboard({ fd, log }) {
      const typed = Buffer.alloc(4_096);
      for (;;) {
        const count = readTold(log, KEYBOARD, fd("in"), typed);
        if (count <= 0) return;
        writeTold(log, PIPE, fd("out"), typed.toString("utf8", 0, count));
      }
    },
    /** Sleeps in epoll_wait until one of its two descriptors is ready, or both. */
    network({ fd, number, log }) {
      const seen: Seen = { waits: [], bytes: { pipe: 0, tcp: 0 }, heard: { before: "", after: "" } };
      const pipe = fd("in");
      const tcp = connectedSocket({ host: HERE, port: number("port") });
      const nameOf = (one: number) => (one === pipe ? "pipe" : "tcp");
      using epoll = new Epoll();
      for (const one of [pipe, tcp]) epoll.add(one, EPOLLIN);
      read(fd("go"), new Uint8Array(1));
      const buffer = Buffer.alloc(4_096);
      let when: "before" | "after" = "before";
      for (;;) {
        const ready = waitTold(log, epoll, nameOf);
        seen.waits.push(ready.map(nameOf).sort().join(" and "));
        for (const one of ready) {
          const count = readTold(log, one === pipe ? PIPE : DOWN, one, buffer);
          const text = buffer.toString("utf8", 0, count);
          seen.bytes[nameOf(one)] += count;
          if (one === pipe && count > 0) writeTold(log, UP, tcp, text);
          else if (one === pipe) {
            // A pipe that has ended is ready for ever.
            epoll.delete(pipe);
            log.event("shutdown", { object: UP, note: "The end of the pipe goes on to the server." });
            shutdown(tcp, "write");
            when = "after";
          } else if (count > 0) seen.heard[when] += text;
          else return seen;
        }
      }
    },
    /** Answers each piece that it hears, and has a last word. */
    server({ fd, log }) {
      const client = accept(fd("listener"));
      const heard = Buffer.alloc(4_096);
      writeTold(log, DOWN, client, "* Welcome.\n");
      for (;;) {
        const count = readTold(log, UP, client, heard);
        if (count <= 0) break;
        writeTold(log, DOWN, client, `<echo> ${heard.toString("utf8", 0, count)}`);
        log.event("answered");
      }
      writeTold(log, DOWN, client, "* Goodbye.\n");
      close(client);
    },
  },
  async run({ start, claim, step, log }) {
    using typing = openPipe();
    using between = openPipe();
    using go = openPipe();
    const { fd: listener, address } = listeningSocket({ host: HERE, port: 0 });
    step(
      "A line is typed, and the server says welcome. The network process has not waited for anything yet.",
    );
    const server = start("server", { fds: { listener } });
    const network = start("network", {
      fds: { in: between.readEnd, go: go.readEnd },
      args: { port: address.port },
    });
    const keyboard = start("keyboard", { fds: { in: typing.readEnd, out: between.writeEnd } });
    close(listener);
    // The director's own copy: as long as it is open, the pipe does not end.
    between.writeEnd.close();
    writeTold(log, KEYBOARD, typing.writeEnd.fd, "hello\n");
    await server.asleep({ in: "read" });
    await keyboard.asleep({ in: "read" });
    go.writeEnd.write(Uint8Array.of(1));
    await server.said("answered");
    await network.asleep({ in: "epoll_wait" });
    step("Another line is typed, and then the keyboard ends.");
    writeTold(log, KEYBOARD, typing.writeEnd.fd, "bye\n");
    typing.writeEnd.close();
    const { waits, bytes, heard } = await network.result<Seen>();

    const both = waits.filter((ready) => ready === "pipe and tcp").length;
    claim("one", both === 0, `of ${waits.length} epoll_waits, ${both} brought both: ${waits.join("; ")}`);
    claim(
      "calls",
      bytes.pipe === 0 || bytes.tcp === 0,
      `read(2), after epoll_wait(2), gave ${bytes.pipe} bytes from the pipe and ${bytes.tcp} from the connection`,
    );
    claim("over", heard.after === "", `after the keyboard's end came ${JSON.stringify(heard.after)}`);
  },
});

function waitTold<T extends string>(log: Log, epoll: Epoll, nameOf: (fd: number) => T): number[] {
  const wait = () => epoll.wait().map(({ fd }) => fd);
  const tell = (ready: number[]) => ({ result: ready.map(nameOf).join(" and ") });
  return log.call("epoll_wait", "", wait, undefined, tell);
}

/** read(2), told with what came. */
function readTold(log: Log, object: string, fd: number, buffer: Buffer): number {
  const tell = (count: number) => ({
    result: count > 0 ? JSON.stringify(buffer.toString("utf8", 0, count)) : "end-of-file",
  });
  return log.call("read", object, () => read(fd, buffer), undefined, tell);
}

/** write(2), told with what went. */
function writeTold(log: Log, object: string, fd: number, text: string): void {
  const tell = () => ({ result: JSON.stringify(text) });
  log.call("write", object, () => write(fd, Buffer.from(text)), undefined, tell);
}
