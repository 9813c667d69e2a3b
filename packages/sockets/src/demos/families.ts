import { once } from "node:events";
import { createServer } from "node:net";
import { defineDemo } from "@ipc-playground/lab-kit";
import {
  inetText,
  openUdp,
  type UnixReceiveResult,
  UnixSocket,
  unixSocketPair,
  watchMessages,
} from "@ipc-playground/sockets";
import { receiveText, refusal, sendText, textOf } from "./messages-telling.ts";

/** Turns of the event loop that show that it goes on. */
const TURNS = 100;

export default defineDemo({
  name: "families",
  title: "An address, a protocol, a port; and who waits for whom",
  claims: {
    port: {
      says: "A port of a machine belongs to one program.",
      expect: "refuted",
      source: "ip(7), socket(7): to one address, protocol and port together",
    },
    atOnce: {
      says: "A call on a blocking socket sleeps until there is something; on a non-blocking one it returns at once.",
      expect: "holds",
      source: "socket(2), SOCK_NONBLOCK; recv(2): EAGAIN",
    },
    asynchronous: {
      says: "Asynchronous is another word for non-blocking.",
      expect: "refuted",
      source: "epoll(7): non-blocking tells only who asks; asynchronous, somebody is called when it is there",
    },
  },
  predict: {
    question:
      "A TCP server has port 5000 of 127.0.0.1. Who else can bind port 5000 of this machine meanwhile?",
    choices: ["Nobody", "A UDP socket, and a TCP server on 127.0.0.2", "Anybody who sets SO_REUSEADDR"],
    answer: 1,
    because:
      "What is taken is the triple of address, protocol and port. Change one of the three, and it is free.",
  },
  processes: {
    /** Synchronous: the call is the waiting, and nothing else runs meanwhile. */
    blocking({ fd, log }) {
      let turns = 0;
      setImmediate(() => turns++);
      using socket = new UnixSocket(fd("socket"), "datagram");
      receiveText(log, "to blocking", () => socket.receive());
      return turns;
    },
    /** Asynchronous: the event loop is told when something is there, and does other things until then. */
    async eventLoop({ fd, log }) {
      using socket = new UnixSocket(fd("socket"), "datagram");
      let turns = 0;
      let text = "";
      const receive = () => socket.receive();
      const watch = watchMessages(socket, receive, (got: UnixReceiveResult) => {
        if (got.kind === "message") text = textOf(got);
      });
      while (text === "") {
        await new Promise(setImmediate);
        if (++turns === TURNS) log.event("turns", { result: `${TURNS} of the event loop, and nothing came` });
      }
      watch.stop();
      log.event("received", { object: "to eventLoop", result: `"${text}"`, flow: [`to eventLoop ${text}`] });
      return turns;
    },
  },
  async run({ start, claim, step, log }) {
    step("One port, three owners: another protocol, or another address, is another place.");
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const tcp = async (address: string) => {
      const other = createServer().listen(port, address);
      const result = await once(other, "listening").then(
        () => "bound",
        (error) => `${error.code}`,
      );
      other.close();
      return result;
    };
    const udp = refusal(() => openUdp({ address: "127.0.0.1", port }).close());
    const bound = {
      [`tcp ${inetText({ address: "127.0.0.1", port })}`]: await tcp("127.0.0.1"),
      [`udp ${inetText({ address: "127.0.0.1", port })}`]: udp === "nothing" ? "bound" : udp,
      [`tcp ${inetText({ address: "127.0.0.2", port })}`]: await tcp("127.0.0.2"),
    };
    for (const [object, result] of Object.entries(bound)) log.event("bind", { object, result });
    server.close();
    const results = Object.values(bound);
    claim(
      "port",
      results.some((result, i) => i > 0 && result !== "bound"),
      `while a TCP server had it: ${Object.entries(bound)
        .map((one) => one.join(" "))
        .join(", ")}`,
    );

    step("One reader blocks, one asks without blocking, one has the event loop tell it.");
    const [toBlocking, blockingEnd] = unixSocketPair("datagram");
    const [toLoop, loopEnd] = unixSocketPair("datagram");
    const blocking = start("blocking", { fds: { socket: blockingEnd } });
    const eventLoop = start("eventLoop", { fds: { socket: loopEnd } });
    await blocking.asleep({ in: "recv" });
    await eventLoop.said("turns");
    const asked = toLoop.receive({ withinMs: 0 });
    log.event("recv O_NONBLOCK", {
      errno: "EAGAIN",
      note: "Nobody will tell it when there is something: it has to ask again.",
    });
    claim(
      "atOnce",
      asked.kind === "would-block" && blocking.running,
      `non-blocking: ${asked.kind}; blocking: ${blocking.whereabouts()}`,
    );
    sendText(log, "to blocking", "wake up", (bytes) => toBlocking.send(bytes));
    sendText(log, "to eventLoop", "here you are", (bytes) => toLoop.send(bytes));
    const [slept, went] = [await blocking.result<number>(), await eventLoop.result<number>()];
    claim(
      "asynchronous",
      went < TURNS,
      `before the message came, the loop made ${went >= TURNS ? `over ${TURNS}` : went} turns and was then called; beside recv() ${slept}; the non-blocking call was told nothing`,
    );
    for (const end of [toBlocking, blockingEnd, toLoop, loopEnd]) end.close();
  },
});
