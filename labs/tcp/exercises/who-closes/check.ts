import { once } from "node:events";
import { connect, Socket } from "node:net";
import { createInterface } from "node:readline";
import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { resultOf, submitted } from "@ipc-playground/lab-kit/exercises";
import * as libc from "@ipc-playground/libc";

type Submission = typeof import("./starter.ts");

/** States of whoever closed first, to its end. */
const CLOSED_FIRST = ["FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT"];
/** Turns of the event loop in which Node learns what the kernel knows. */
const TURNS = 10;

/** What a server answers: the line in capitals. If the client ends its direction, it takes until after that. */
function dueOn(port: number): (line: string) => Promise<string> {
  const isOpen = ({ localPort, state }: libc.TcpSocket) => localPort === port && state === "ESTABLISHED";
  return async (line) => {
    while (line === HALF && libc.tcpSockets(port).some(isOpen)) await turn();
    for (let i = 0; i < TURNS; i++) await turn();
    return line.toUpperCase();
  };
}

const HALF = "dog";
const turn = () => new Promise((resolve) => setImmediate(resolve));

export default defineExercise({
  name: "who-closes",
  title: "Who closes first",
  hints: [
    "socket.end() sends FIN, and whoever sends it first gets TIME_WAIT. When does the server know that the client was first?",
    "'end' says that the client's FIN has come. Node answers it with a FIN of its own at once, before your answer is there, unless the server was made with allowHalfOpen.",
    "createServer({ allowHalfOpen: true }, …); on 'end', wait for the last answer and call socket.end(). Keep the open sockets in a Set; stop() calls server.close() and resetAndDestroy() of each.",
  ],
  processes: {
    /** Runs the submission's server, stops it when it is told to, starts it again on that port, stops it. */
    async server(context) {
      const { startServer } = await submitted<Submission>(context, "startServer");
      const { log } = context;
      const port = context.number("port");
      const input = new Socket({ fd: context.fd("orders") });
      const orders = createInterface(input);
      let running = await log.call("startServer", `port ${port}`, () => startServer(port, dueOn(port)));
      log.event("listens");
      for await (const order of orders) {
        await log.call("stop", `port ${port}`, () => running.stop());
        log.event("stopped");
        if (order !== "again") break;
        running = await log.call("startServer", `port ${port}`, () => startServer(port, dueOn(port)));
        log.event("listens again");
      }
      input.destroy();
    },
    /** Asks, in one way or another, and closes: at once, or when the gate is open. */
    async client({ text, number, fd, log }) {
      const socket = connect({ port: number("port"), host: "127.0.0.1", allowHalfOpen: true });
      // Whatever becomes of it is in what it heard.
      socket.on("error", () => {});
      await once(socket, "connect");
      const heard = new Heard(socket);
      for (const line of text("lines").split(",").filter(Boolean)) {
        socket.write(`${line}\n`);
        if (number("half")) socket.end();
        log.event("recv", { result: JSON.stringify(await heard.line()) });
      }
      log.event("asked");
      if (number("stays")) {
        const gate = new Socket({ fd: fd("gate") });
        await once(gate, "data");
        gate.destroy();
      }
      const answers = heard.lines.join();
      if (!socket.destroyed) {
        socket.end();
        if (!socket.readableEnded) await once(socket, "close").catch(() => {});
      }
      return answers;
    },
  },
  schedules: {
    one: {
      says: "A client asks once, and closes: TIME_WAIT is the client's.",
      run: (context) => served(context, { lines: "ant" }),
    },
    three: {
      says: "A client asks three times on one connection.",
      run: (context) => served(context, { lines: "ant,bee,cat" }),
    },
    half: {
      says: "A client ends its direction behind its question, and gets its answer.",
      run: (context) => served(context, { lines: HALF, half: 1 }),
    },
    stopped: {
      says: "Two clients are idle when the server stops. It leaves nothing behind, and starts again on its port.",
      async run(context) {
        const course = new Course(context);
        await course.listening("listens");
        const idle = ["idle 1", "idle 2"].map((as) => course.ask({ lines: "eel", stays: 1, as }));
        for (const client of idle) await client.said("asked");
        course.order("again");
        await course.waitFor(course.server, "listens again", idle);
        course.expectNothingLeft("after stop() with two idle clients");
        const answer = await resultOf<string>(context, course.ask({ lines: "fox", as: "next client" }), [
          course.server,
        ]);
        context.require(answer === "FOX", `the server that was started again answered "${answer}"`);
        for (const client of idle) client.kill("SIGKILL");
        await course.end();
      },
    },
  },
  starter: {
    schedule: "one",
    observed:
      /^\d connections? (is|are) left on the server's port \(\w+\), after the client had its answer: /,
  },
  wrong: {
    "lets-node-end": { schedule: "half", observed: /^the client asked "dog", and heard ""$/ },
    "destroys-on-stop": {
      schedule: "stopped",
      observed: /^2 connections are left on the server's port \((FIN_WAIT1|FIN_WAIT2)\), after stop\(\)/,
    },
    "waits-for-clients": { schedule: "stopped", observed: /^server is asleep in epoll_p?wait/ },
  },
});

type Context = ExerciseContext<"server" | "client">;

interface Ask {
  lines: string;
  half?: 0 | 1;
  /** It does not close before the gate is open. */
  stays?: 0 | 1;
  as?: string;
}

async function served(context: Context, ask: Ask): Promise<void> {
  const course = new Course(context);
  await course.listening("listens");
  const client = course.ask({ ...ask, stays: ask.half ? 0 : 1 });
  if (!ask.half) {
    await course.waitFor(client, "asked", [course.server]);
    // A server that has answered another one has done with the first whatever it does without being asked.
    await resultOf(context, course.ask({ lines: "owl", as: "other client" }), [course.server]);
    course.openGate();
  }
  const answer = await resultOf<string>(context, client, [course.server]);
  context.require(
    answer === ask.lines.toUpperCase(),
    `the client asked "${ask.lines}", and heard "${answer}"`,
  );
  await course.allOver();
  course.expectNothingLeft("after the client had its answer");
  await course.end();
}

/** A server, and who talks to it. */
class Course {
  readonly #context: Context;
  readonly #port = freePort();
  readonly #orders = pipe();
  /** Where a client waits that is not to close yet. */
  readonly #gate = pipe();
  readonly server: ReturnType<Context["start"]>;

  constructor(context: Context) {
    this.#context = context;
    this.server = context.start("server", { args: { port: this.#port }, fds: { orders: this.#orders[0] } });
  }

  async listening(op: string): Promise<void> {
    await this.server.said(op);
  }

  ask({ lines, half = 0, stays = 0, as = "client" }: Ask) {
    const args = { port: this.#port, lines, half, stays };
    return this.#context.start("client", { as, args, fds: { gate: this.#gate[0] } });
  }

  order(what: "again" | "end"): void {
    libc.write(this.#orders[1], Buffer.from(`${what}\n`));
  }

  openGate(): void {
    libc.write(this.#gate[1], Buffer.from("!"));
  }

  /** Until somebody has said it; a hang is told by those who take part. */
  async waitFor(
    actor: ReturnType<Context["start"]>,
    op: string,
    others: readonly ReturnType<Context["start"]>[],
  ) {
    const said = actor.said(op, { withinMs: 20_000 });
    const hung = resultOf(this.#context, actor, others);
    for (const one of [said, hung]) one.catch(() => {});
    await Promise.race([said, hung]);
  }

  /** No connection of this port is anything but over. */
  async allOver(): Promise<void> {
    const over = ["TIME_WAIT", "LISTEN"];
    await this.#context.until(() => libc.tcpSockets(this.#port).every(({ state }) => over.includes(state)), {
      what: () =>
        `the connection to end (${libc
          .tcpSockets(this.#port)
          .map(({ state }) => state)
          .join(", ")})`,
    });
  }

  expectNothingLeft(when: string): void {
    const left = libc
      .tcpSockets(this.#port)
      .filter(({ localPort, state }) => localPort === this.#port && CLOSED_FIRST.includes(state))
      .map(({ state }) => state);
    const are = left.length === 1 ? "connection is" : "connections are";
    this.#context.require(
      left.length === 0,
      `${left.length} ${are} left on the server's port (${left[0]}), ${when}: the server closed first`,
    );
  }

  async end(): Promise<void> {
    this.order("end");
    await resultOf(this.#context, this.server);
    for (const fd of [...this.#orders, ...this.#gate]) libc.close(fd);
  }
}

/** The lines that a socket has given, as they come; the end is a line, too, and empty. */
class Heard {
  readonly lines: string[] = [];
  readonly #next: AsyncIterator<string>;

  constructor(socket: Socket) {
    this.#next = createInterface(socket)[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const { value, done } = await this.#next.next();
    if (!done) this.lines.push(value);
    return done ? "" : value;
  }
}

function pipe(): [number, number] {
  const both = libc.pipe2();
  if (typeof both === "number") throw new Error("no pipe");
  return both;
}

/** A port that nobody has, and that no connection in TIME_WAIT remembers. */
function freePort(): number {
  for (;;) {
    const fd = libc.socket("inet", "stream");
    libc.bindSocket(fd, { family: "inet", address: "127.0.0.1", port: 0 });
    const name = libc.socketName(fd);
    libc.close(fd);
    if (name === null || typeof name === "number" || name.family !== "inet") throw new Error("no port");
    if (libc.tcpSockets(name.port).length === 0) return name.port;
  }
}
