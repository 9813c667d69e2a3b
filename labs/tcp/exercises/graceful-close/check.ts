import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { defineExercise, type ExerciseContext } from "@ipc-playground/lab-kit";
import { resultOf, submitted } from "@ipc-playground/lab-kit/exercises";
import * as libc from "@ipc-playground/libc";

type Submission = typeof import("./starter.ts");

const ANSWER = "413 too long: this server takes 1 MiB\n";
/** Where patience is not what it is about, in milliseconds. */
const LONG_MS = 600_000;
const SHORT_MS = 300;
const LITTLE_BYTES = 1_000;
const SOME_BYTES = 1 << 20;
const MUCH_BYTES = 32 << 20;

export default defineExercise({
  name: "graceful-close",
  title: "The last answer gets through",
  hints: [
    "destroy() is close(2): with input that nobody read, it sends a reset, and the answer is lost. What ends only your own direction?",
    "end() sends FIN behind the answer. Then somebody has to read what still comes: resume() does, and throws it away. When the client has ended, too, Node closes the socket, and 'close' is emitted.",
    "socket.end(answer); socket.resume(); a timer of patienceMs that calls socket.destroy(); wait for 'close'; clear the timer.",
  ],
  processes: {
    /** Takes one connection, and has the submission answer when something has come that nobody reads. */
    async server(context) {
      const { answerAndClose } = await submitted<Submission>(context, "answerAndClose");
      const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      writeFileSync(context.text("portFile"), String((server.address() as AddressInfo).port), {
        flush: true,
      });
      const [socket] = (await once(server, "connection")) as [Socket];
      server.close();
      await somethingCame(socket.remotePort as number);
      await context.log.call("answerAndClose", `"${ANSWER.trim()}"`, () =>
        answerAndClose(socket, ANSWER, context.number("patienceMs")),
      );
      return socket.destroyed;
    },
    /** Sends, pauses until the director lets it go on, sends the rest, and only then reads. */
    client({ number, fd, log }) {
      const socket = libc.socket("inet", "stream");
      const to = { family: "inet", address: "127.0.0.1", port: number("port") } as const;
      libc.check(libc.connectSocket(socket, to), { syscall: "connect", doing: `connect to port ${to.port}` });
      log.call("send", "the beginning", () => libc.send(socket, new Uint8Array(LITTLE_BYTES)));
      log.event("began");
      libc.read(fd("gate"), new Uint8Array(1));
      const rest = log.call("send", "the rest", () => sendAll(socket, number("bytes")));
      if (number("ends")) libc.shutdown(socket, "write");
      const got = log.call("recv", "the answer", () => receiveAll(socket));
      // It has not closed: that is what the server waits for.
      if (!number("ends")) libc.read(fd("gate"), new Uint8Array(1));
      return { rest, ...got };
    },
  },
  schedules: {
    little: {
      says: "The client has sent a little more than was read, and then reads.",
      run: (context) => heard(context, { bytes: 0, patienceMs: LONG_MS }),
    },
    pauses: {
      says: "The client pauses for half a second in the middle, which is well within its time.",
      run: (context) => heard(context, { bytes: SOME_BYTES, patienceMs: LONG_MS, pauseMs: 500 }),
    },
    much: {
      says: "The client goes on sending for 32 MiB, and reads only then.",
      run: (context) => heard(context, { bytes: MUCH_BYTES, patienceMs: LONG_MS }),
    },
    stubborn: {
      says: "The client keeps the connection open and says nothing: the server hangs up when its patience is at its end.",
      async run(context) {
        using gate = new Gate();
        const { server, client } = await conversation(context, gate, {
          bytes: 0,
          ends: 0,
          patienceMs: SHORT_MS,
        });
        gate.open();
        await resultOf(context, server, [client]);
        gate.open();
        const { text } = await resultOf<Heard>(context, client);
        context.require(text === ANSWER, `the client got "${text.trim()}"`);
      },
    },
  },
  starter: {
    schedule: "little",
    observed: /^the client got ".*", then ECONNRESET; "413 too long.*" and the end were due$/,
  },
  wrong: {
    "does-not-read": {
      schedule: "little",
      observed: /^server is asleep in epoll_p?wait.*; client exited with status 0$/,
    },
    hurries: { schedule: "pauses", observed: /^the client's send\(\) failed with (ECONNRESET|EPIPE): / },
    "for-ever": {
      schedule: "stubborn",
      observed: /^server is asleep in epoll_p?wait.*; client is asleep in read/,
    },
  },
});

type Context = ExerciseContext<"server" | "client">;

interface Heard {
  /** Bytes that were taken, or `-errno`. */
  rest: number;
  text: string;
  end: string;
}

interface Course {
  bytes: number;
  patienceMs: number;
  pauseMs?: number;
  ends?: 0 | 1;
}

async function conversation(context: Context, gate: Gate, { bytes, patienceMs, ends = 1 }: Course) {
  const portFile = join(context.scratch(), randomUUID());
  const server = context.start("server", { args: { portFile, patienceMs } });
  const port = await context.until(
    () => (existsSync(portFile) && Number(readFileSync(portFile, "utf8"))) || undefined,
    {
      what: "the server to listen",
      orElse: () => (server.running ? undefined : server.failure()),
    },
  );
  const client = context.start("client", { args: { port, bytes, ends }, fds: { gate: gate.fd } });
  await client.said("began");
  await context.until(() => answered(port, server), { what: "answerAndClose() to be called" });
  return { server, client };
}

/** The submission is at work: the server is in the call. */
function answered(port: number, server: { running: boolean }): boolean {
  // FIN or RST has been sent, or at least the process has had its turn: the client is no longer only ESTABLISHED.
  const client = libc.tcpSockets(port).find(({ remotePort }) => remotePort === port);
  return !server.running || client === undefined || client.state !== "ESTABLISHED";
}

async function heard(context: Context, course: Course): Promise<void> {
  using gate = new Gate();
  const { server, client } = await conversation(context, gate, course);
  if (course.pauseMs !== undefined) {
    // The pause is the schedule: there is no fact to wait for.
    await new Promise((resolve) => setTimeout(resolve, course.pauseMs));
  }
  gate.open();
  const { rest, text, end } = await resultOf<Heard>(context, client, [server]);
  context.require(
    rest === course.bytes,
    `the client's send() failed with ${libc.errnoSymbol(-rest)}: it had not said that it was done`,
  );
  context.require(
    text === ANSWER && end === "the end",
    `the client got "${text.trim()}", then ${end}; "${ANSWER.trim()}" and the end were due`,
  );
  const closed = await resultOf<boolean>(context, server, [client]);
  context.require(closed, "answerAndClose() resolved before the connection was gone");
}

/** Waits until the kernel has input of this connection that nobody has read. */
async function somethingCame(remotePort: number): Promise<void> {
  while (!libc.tcpSockets(remotePort).some((one) => one.remotePort === remotePort && one.receiveQueue > 0)) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function sendAll(socket: number, total: number): number {
  const bytes = new Uint8Array(65_536);
  for (let sent = 0; sent < total; ) {
    const taken = libc.send(socket, bytes);
    if (taken < 0) return taken;
    sent += taken;
  }
  return total;
}

function receiveAll(socket: number): { text: string; end: string } {
  const buffer = Buffer.alloc(4_096);
  for (let text = ""; ; ) {
    const got = libc.recv(socket, buffer);
    if (got <= 0) return { text, end: got === 0 ? "the end" : libc.errnoSymbol(-got) };
    text += buffer.toString("latin1", 0, got);
  }
}

/** Lets the client through, each time that it is opened. */
class Gate implements Disposable {
  readonly fd: number;
  readonly #writeEnd: number;

  constructor() {
    const pipe = libc.pipe2();
    if (typeof pipe === "number") throw new Error("no pipe");
    [this.fd, this.#writeEnd] = pipe;
  }

  open(): void {
    libc.write(this.#writeEnd, Buffer.from("!"));
  }

  [Symbol.dispose](): void {
    libc.close(this.fd);
    libc.close(this.#writeEnd);
  }
}
