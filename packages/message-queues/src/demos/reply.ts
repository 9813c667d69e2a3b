import { defineDemo } from "@ipc-playground/lab-kit";
import { errnoSymbol, IPC_NOWAIT, msgsnd as libcMsgsnd } from "@ipc-playground/libc";
import { createSysvQueue, SysvQueue } from "@ipc-playground/message-queues";
import { msgrcv, msgsnd, textOf } from "./telling.ts";

/** The type of every request. Replies have the client's pid as theirs, and no pid of a client is 1. */
const REQUEST = 1;
const SERVERS = 2;

export default defineDemo({
  name: "reply",
  title: "Request and reply by type: many clients, two servers, one queue",
  claims: {
    negative: {
      says: "A negative type may mark a message as a reply.",
      expect: "refuted",
      source: "msgsnd(2): EINVAL, types are positive",
    },
    own: {
      says: "Many clients can share one queue, and each gets the reply to its own request.",
      expect: "holds",
      source: "The Linux Programming Interface, 46.8",
    },
    once: {
      says: "Of several servers on one queue, each gets a copy of every request.",
      expect: "refuted",
      source: "msgrcv(2): a message is taken out",
    },
  },
  predict: {
    question: "Two servers wait for requests on one queue. A client sends one. Who gets it?",
    choices: ["Both", "One of them", "Neither, until they agree"],
    answer: 1,
    because: "Receiving takes the message out. That is how a queue shares work out among workers.",
  },
  processes: {
    /** Asks once, and waits for what is addressed to it: its pid is the type of its replies. */
    client({ number, text, log }) {
      const queue = new SysvQueue(number("queue"));
      msgsnd(log, queue, REQUEST, `${text("word")} ${process.pid}`);
      const reply = msgrcv(log, queue, { type: process.pid });
      return reply.kind === "message" ? textOf(reply) : reply.kind;
    },
    /** Answers until it is told to stop. */
    server({ number, log }) {
      const queue = new SysvQueue(number("queue"));
      for (let served = 0; ; served++) {
        const request = msgrcv(log, queue, { type: REQUEST });
        if (request.kind !== "message") return served;
        const [word = "", client] = textOf(request).split(" ");
        if (word === "stop") return served;
        msgsnd(log, queue, Number(client), word.toUpperCase());
      }
    },
  },
  async run({ start, own, claim, step, log }) {
    const queue = createSysvQueue(Number(own("sysv-msg")));
    step("First the textbook's way: a reply of type -1.");
    const message = new BigInt64Array([-1n]);
    const refused = log.call("msgsnd -1", queue.name, () =>
      libcMsgsnd(queue.id, new Uint8Array(message.buffer), IPC_NOWAIT),
    );
    claim("negative", refused >= 0, `msgsnd of type -1: ${refused < 0 ? errnoSymbol(-refused) : "taken"}`);

    step("Requests are type 1; a reply has its client's pid as its type.");
    const args = { queue: queue.id };
    const servers = Array.from({ length: SERVERS }, (_, i) =>
      start("server", { as: `server ${i + 1}`, args }),
    );
    for (const server of servers) await server.asleep({ in: "msgrcv" });
    const words = ["ant", "bee"];
    const clients = words.map((word) => start("client", { as: word, args: { ...args, word } }));
    const replies: string[] = [];
    for (const client of clients) replies.push(await client.result<string>());
    const due = words.map((word) => word.toUpperCase());
    claim(
      "own",
      replies.join() === due.join(),
      words.map((word, i) => `${word} got "${replies[i]}"`).join(", "),
    );

    for (const i of servers.keys()) queue.send(REQUEST, Buffer.from(`stop ${i}`));
    const served: number[] = [];
    for (const server of servers) served.push(await server.result<number>());
    const total = served.reduce((sum, n) => sum + n, 0);
    claim(
      "once",
      total === SERVERS * words.length,
      `${words.length} requests; the servers served ${served.join(" and ")}, which is ${total} in all`,
    );
  },
});
