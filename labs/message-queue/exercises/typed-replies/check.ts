import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { resultOf, submitted } from "@ipc-playground/lab-kit/exercises";
import { close, pipe2, read, write } from "@ipc-playground/libc";
import { createSysvQueue, SysvQueue } from "@ipc-playground/message-queues";

type Submission = typeof import("./starter.ts");

/** What a server answers: the question in capitals. */
const due = (question: string) => question.toUpperCase();
/** A question whose server does not answer before the gate opens. */
const SLOW = "slow";

export default defineExercise({
  name: "typed-replies",
  title: "Replies that find their client",
  hints: [
    "If all answers have one type, any client that waits for that type may get them. What does every client have that no other process has at the same time?",
    "The server has to know whom to answer, so the question must say it. The type of the question is the same for all; put the asker into its text.",
    "Let the client send its `process.pid` with the question and receive({ type: process.pid }). Let stop be a message of the questions' type, so that it waits its turn behind them.",
  ],
  processes: {
    async client(context) {
      const { ask } = await submitted<Submission>(context, "ask");
      const question = context.text("question");
      const queue = new SysvQueue(context.number("queue"));
      let answer = "";
      context.log.call("ask", `"${question}"`, () => {
        answer = ask(queue, question);
        return `"${answer}"`;
      });
      return answer;
    },
    /** Answers at once, except the slow question: that waits until the director opens the gate. */
    async server(context) {
      const { serve } = await submitted<Submission>(context, "serve");
      const queue = new SysvQueue(context.number("queue"));
      return context.log.call("serve", queue.name, () =>
        serve(queue, (question) => {
          context.log.event("asked", { result: `"${question}"` });
          if (question === SLOW) read(context.fd("gate"), new Uint8Array(1));
          return due(question);
        }),
      );
    },
    async stopper(context) {
      const { stop } = await submitted<Submission>(context, "stop");
      stop(new SysvQueue(context.number("queue")));
    },
  },
  schedules: {
    one: {
      says: "One client, one server, one question.",
      async run(context) {
        const { queue, gate } = stageOf(context);
        const server = context.start("server", { args: { queue }, fds: { gate: gate.readEnd } });
        const client = context.start("client", { args: { queue, question: "ant" } });
        answered(context, "ant", await resultOf(context, client, [server]));
        await stop(context, queue);
        const count = await resultOf<number>(context, server);
        context.require(count === 1, `serve() answered 1 question and returned ${count}`);
        gate.close();
      },
    },
    outOfOrder: {
      says: "Two clients wait, and the second is answered first.",
      async run(context) {
        const { queue, gate } = stageOf(context);
        const { start } = context;
        const fds = { gate: gate.readEnd };
        const here = new SysvQueue(queue);
        const one = start("server", { as: "server 1", args: { queue }, fds });
        const first = start("client", { as: "first client", args: { queue, question: SLOW } });
        await one.said("asked");
        const two = start("server", { as: "server 2", args: { queue }, fds });
        const second = start("client", { as: "second client", args: { queue, question: "bee" } });
        const all = [first, second, one, two];
        await context.until(() => here.stat().lastSender === two.pid, { what: "server 2 to answer" });
        gate.open();
        answered(context, "bee", await resultOf(context, second, all));
        answered(context, SLOW, await resultOf(context, first, all));
        gate.close();
      },
    },
    killed: {
      says: "A client is killed while it waits; its answer reaches nobody else.",
      async run(context) {
        const { queue, gate } = stageOf(context);
        const { start } = context;
        const server = start("server", { args: { queue }, fds: { gate: gate.readEnd } });
        const doomed = start("client", { as: "doomed client", args: { queue, question: SLOW } });
        await server.said("asked");
        doomed.kill("SIGKILL");
        await doomed.exited();
        gate.open();
        const next = start("client", { as: "next client", args: { queue, question: "cat" } });
        answered(context, "cat", await resultOf(context, next, [server]));
        gate.close();
      },
    },
    stopped: {
      says: "What was asked before a server is told to stop is answered.",
      async run(context) {
        const { queue, gate } = stageOf(context);
        const { start, log } = context;
        const clients = ["dog", "eel"].map((question) =>
          start("client", { as: question, args: { queue, question } }),
        );
        const here = new SysvQueue(queue);
        await context.until(() => here.stat().messages === clients.length, {
          what: "two questions in the queue",
        });
        await stop(context, queue);
        log.event("look", { note: "Two questions wait, and behind them the order to stop." });
        const server = start("server", { args: { queue }, fds: { gate: gate.readEnd } });
        const count = await resultOf<number>(context, server, clients);
        context.require(
          count === clients.length,
          `two questions were asked before stop(), and the server answered ${count}`,
        );
        for (const client of clients) answered(context, client.name, await resultOf(context, client));
        gate.close();
      },
    },
  },
  starter: {
    schedule: "outOfOrder",
    observed: /^ask\("bee"\) returned "SLOW", where "BEE" was due$/,
  },
  wrong: {
    "negative-type": {
      schedule: "one",
      observed: /a message cannot have the type -\d+|^ask\("ant"\) returned "\d+ ant"/,
    },
    "lowest-type": {
      schedule: "outOfOrder",
      observed: /^ask\("bee"\) returned "SLOW", where "BEE" was due$/,
    },
    "free-number": {
      schedule: "outOfOrder",
      observed: /^ask\("bee"\) returned "SLOW", where "BEE" was due$/,
    },
    "urgent-stop": {
      schedule: "stopped",
      observed: /^two questions were asked before stop\(\), and the server answered 0$/,
    },
  },
});

type Context = ExerciseContext<"client" | "server" | "stopper">;

function stageOf({ own }: Context) {
  const queue = createSysvQueue(Number(own("sysv-msg")));
  const pipe = pipe2();
  if (typeof pipe === "number") throw new Error("no pipe");
  const [readEnd, writeEnd] = pipe;
  const gate = {
    readEnd,
    open: () => write(writeEnd, Buffer.from("!")),
    close() {
      close(readEnd);
      close(writeEnd);
    },
  };
  return { queue: queue.id, gate };
}

async function stop(context: Context, queue: number): Promise<void> {
  await resultOf(context, context.start("stopper", { args: { queue } }));
}

function answered({ require }: Context, question: string, answer: unknown): void {
  require(answer ===
    due(question), `ask("${question}") returned "${answer}", where "${due(question)}" was due`);
}
