import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { serveChat } from "@ipc-playground/chat/server";
import { allPids, blockedCall, processStat } from "@ipc-playground/libc";
import { openPipe } from "@ipc-playground/pipes";
import { expect, onTestFinished, test, vi } from "vitest";

const PROGRAM = join(import.meta.dirname, "../dist/programs/two-process.js");
const WITHIN = { timeout: 20_000, interval: 1 };
const EPOLL_WAIT = process.arch === "x64" ? "epoll_wait" : "epoll_pwait";
/** The keyboard's end of the pipe. */
const PIPE = 3;
/** So many times in a row, a process must be seen asleep. */
const LOOKS = 20;
const CHUNK_CHARS = 65_536;

const until = (fact: () => unknown) => vi.waitUntil(() => Boolean(fact()), WITHIN);

/** The program, and its keyboard process. */
class Client {
  readonly child: ChildProcess;
  /** The keyboard. It stays there when the client has ended, as a terminal does. */
  readonly typing: Socket;
  out = "";
  err = "";
  /** When it has ended, and all of its output is here: what a keyboard process left behind would hold up. */
  readonly #closed: Promise<unknown>;

  constructor(...args: string[]) {
    const { readEnd, writeEnd } = openPipe();
    this.child = spawn(process.execPath, [PROGRAM, ...args], {
      stdio: [readEnd.fd, "pipe", "pipe"],
      // Leads a process group, as a job of a terminal does.
      detached: true,
    });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.out += text));
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.err += text));
    this.#closed = once(this.child, "close");
    this.typing = writeEnd.toStream();
    this.typing.on("error", () => {});
    onTestFinished(() => {
      if (this.running) process.kill(-this.pid, "SIGKILL");
      this.typing.destroy();
      readEnd.close();
    });
  }

  get pid(): number {
    return this.child.pid as number;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The keyboard process, as soon as it is there. */
  async youngKeyboard(): Promise<number> {
    const find = () => allPids().find((pid) => processStat(pid)?.parentPid === this.pid);
    return (await vi.waitUntil(find, WITHIN)) as number;
  }

  /** The keyboard process, once it waits for the keyboard. */
  async keyboard(): Promise<number> {
    const pid = await this.youngKeyboard();
    await sleepsIn(pid, "read");
    return pid;
  }

  async shows(text: string): Promise<void> {
    await until(() => this.out.includes(text)).catch(() => {
      throw new Error(`it never showed ${JSON.stringify(text)}, but: ${this.out}${this.err}`);
    });
  }

  /** The exit status, or the signal that ended it. */
  async ends(): Promise<number | NodeJS.Signals | null> {
    await this.#closed;
    return this.child.exitCode ?? this.child.signalCode;
  }
}

/** One connection of a server that does what the test says. */
class Peer {
  readonly socket: Socket;
  heard = "";
  /** Whether the client has ended its side. */
  ended = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("utf8").on("data", (text: string) => (this.heard += text));
    socket.on("end", () => (this.ended = true));
    socket.on("error", () => {});
    onTestFinished(() => {
      socket.destroy();
    });
  }

  hears(text: string): Promise<boolean> {
    return until(() => this.heard === text);
  }
}

/** The client, connected to a server of the test's own. */
async function talking(...nick: string[]): Promise<{ client: Client; peer: Peer }> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }).listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.close();
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = new Client(`127.0.0.1:${port}`, ...nick);
  let socket: Socket | undefined;
  server.once("connection", (one) => {
    socket = one;
  });
  await until(() => socket !== undefined || !client.running);
  if (socket === undefined) throw new Error(`it never connected, but: ${client.err}`);
  return { client, peer: new Peer(socket) };
}

function isGone(pid: number): boolean {
  return (processStat(pid)?.state ?? "Z") === "Z";
}

/**
 * Type until the keyboard process sleeps in write to a full pipe, and the network process does not look at the
 * pipe: it sleeps as well. Returns what was typed.
 */
async function typeUntilStuck(client: Client): Promise<string> {
  const keyboard = await client.keyboard();
  const isStuck = () => {
    const call = blockedCall(keyboard);
    if (call?.syscall !== "write" || call.firstArgument !== PIPE) return false;
    return blockedCall(client.pid)?.syscall === EPOLL_WAIT;
  };
  let typed = "";
  let inARow = 0;
  await until(() => {
    if (client.typing.writableLength < CHUNK_CHARS) {
      const chunk = `${typed.length} ${"x".repeat(CHUNK_CHARS)}\n`;
      typed += chunk;
      client.typing.write(chunk);
    }
    inARow = isStuck() ? inARow + 1 : 0;
    return inARow === LOOKS;
  });
  return typed;
}

/** It sleeps in that call, at every one of many looks: what is woken again and again does not. */
async function sleepsIn(pid: number, syscall: string): Promise<void> {
  let inARow = 0;
  await until(() => {
    inARow = blockedCall(pid)?.syscall === syscall ? inARow + 1 : 0;
    return inARow === LOOKS;
  });
}

test("the nickname goes first, then what is typed; the server's lines go to the screen, and nothing else", async () => {
  const { client, peer } = await talking("ana");
  await peer.hears("ana\n");
  client.typing.write("hello\n");
  await peer.hears("ana\nhello\n");
  peer.socket.write("* Welcome.\n<ben> hi\n");
  await client.shows("* Welcome.\n<ben> hi\n");
  expect(client.out).toBe("* Welcome.\n<ben> hi\n");
});

test("without a nickname the first line typed is one, and the program says so", async () => {
  const { client, peer } = await talking();
  await until(() => client.err.endsWith("* the first line that you type is your nickname\n"));
  client.typing.write("ben\n");
  await peer.hears("ben\n");
});

test("a line from the server may be cut at every byte", async () => {
  const { client, peer } = await talking("ana");
  await client.keyboard();
  for (const byte of Buffer.from("<ben> é 日 😀\r\n")) {
    await sleepsIn(client.pid, EPOLL_WAIT);
    peer.socket.write(Uint8Array.of(byte));
  }
  await client.shows("\n");
  expect(client.out).toBe("<ben> é 日 😀\n");
});

test("half a line that is typed is carried on as it is", async () => {
  const { client, peer } = await talking("ana");
  const bytes = Buffer.from("日\n");
  await peer.hears("ana\n");
  client.typing.write(bytes.subarray(0, 1));
  await until(() => peer.socket.bytesRead === 5);
  client.typing.write(bytes.subarray(1));
  await peer.hears("ana\n日\n");
});

test("a stranger's escape sequences are shown, not obeyed", async () => {
  const { client, peer } = await talking("ana");
  peer.socket.write("<eve> \x1b]52;c;eA==\x07\x1b[2J\u202e\n");
  await client.shows("\n");
  expect(client.out).toBe("<eve> ␛]52;c;eA==␇␛[2J<U+202E>\n");
});

test("when the keyboard ends, the server gets an end-of-file, and its last words are read", async () => {
  const { client, peer } = await talking("ana");
  client.typing.end("bye\n");
  await until(() => peer.ended);
  expect(peer.heard).toBe("ana\nbye\n");
  // EPOLLHUP of the pipe, if it were still watched, would wake it without end.
  await sleepsIn(client.pid, EPOLL_WAIT);
  peer.socket.end("* Goodbye.\nand half a line");
  expect(await client.ends()).toBe(0);
  expect(client.out).toBe("* Goodbye.\nand half a line\n");
  expect(client.err).toMatch(/\* you have left\n$/);
});

test("when the server ends, the keyboard process does not wait for another line", async () => {
  const { client, peer } = await talking("ana");
  const keyboard = await client.keyboard();
  peer.socket.end("* The server stops.\n");
  expect(await client.ends()).toBe(0);
  expect(client.out).toBe("* The server stops.\n");
  expect(client.err).toMatch(/\* the server has ended the conversation\n$/);
  await until(() => isGone(keyboard));
});

test("a connection that is cut is told, in words and in the exit status", async () => {
  const { client, peer } = await talking("ana");
  const keyboard = await client.keyboard();
  peer.socket.resetAndDestroy();
  expect(await client.ends()).toBe(1);
  expect(client.err).toMatch(/the connection is cut/);
  await until(() => isGone(keyboard));
});

test("bytes that are no text end it in plain words", async () => {
  const { client, peer } = await talking("ana");
  peer.socket.write(Uint8Array.of(0xff, 0x0a));
  expect(await client.ends()).toBe(1);
  expect(client.err).toMatch(/\[BAD_TEXT\]\n$/);
});

test("a server that takes nothing stops the keyboard, not the screen; and nothing is lost", async () => {
  const { client, peer } = await talking("ana");
  await peer.hears("ana\n");
  peer.socket.pause();
  const typed = await typeUntilStuck(client);
  peer.socket.write("<ben> are you there?\n");
  await client.shows("<ben> are you there?\n");
  peer.socket.resume();
  client.typing.end();
  await until(() => peer.ended);
  expect(peer.heard === `ana\n${typed}`).toBe(true);
  peer.socket.end();
  expect(await client.ends()).toBe(0);
});

test("when the server ends and had not taken all that was typed, that is no good end", async () => {
  const { client, peer } = await talking("ana");
  const keyboard = await client.keyboard();
  peer.socket.pause();
  await typeUntilStuck(client);
  peer.socket.end();
  expect(await client.ends()).toBe(1);
  await until(() => isGone(keyboard));
});

test("Ctrl-C ends both", async () => {
  const { client, peer } = await talking("ana");
  const keyboard = await client.keyboard();
  // A terminal sends it to all processes of its foreground group.
  process.kill(-client.pid, "SIGINT");
  expect(await client.ends()).toBe("SIGINT");
  await until(() => isGone(keyboard));
  await until(() => peer.ended);
});

test.each([
  ["that reads", (client: Client) => client.keyboard()],
  ["that has only just begun", (client: Client) => client.youngKeyboard()],
])("kill -9 of the network process leaves no keyboard process behind %s", async (_, find) => {
  const { client } = await talking("ana");
  const keyboard = await find(client);
  client.child.kill("SIGKILL");
  await client.ends();
  await until(() => isGone(keyboard));
});

test("kill -9 of the keyboard process is the end of the pipe, and so of the conversation", async () => {
  const { client, peer } = await talking("ana");
  process.kill(await client.keyboard(), "SIGKILL");
  await until(() => peer.ended);
  peer.socket.end();
  expect(await client.ends()).toBe(0);
});

test.each([
  [["--help"], 2, "Usage: two-process [HOST:PORT] [NICK]"],
  [["127.0.0.1:80x"], 1, "[BAD_ADDRESS]"],
  [["127.0.0.1:1"], 1, "[CONNECTION_REFUSED]"],
  [["127.0.0.1:1", "two\nlines"], 1, "[BAD_ARGUMENT]"],
])("%j: plain words, and exit status %i", async (args, status, words) => {
  const client = new Client(...args);
  expect(await client.ends()).toBe(status);
  await until(() => client.err.includes(words));
  expect(client.err).not.toContain("    at ");
});

test("two of them hold a conversation by the real server's line door", async () => {
  const server = await serveChat();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const where = `127.0.0.1:${server.address.port}`;
  const ana = new Client(where, "ana");
  await ana.shows("* Welcome to chat, ana.");
  const ben = new Client(where, "ben");
  await ana.shows("* ben joined lobby");
  ana.typing.write("hello ben\n");
  await ben.shows("<ana> hello ben\n");
  ben.typing.write("/w ana psst 🤫\n");
  await ana.shows("[ben] psst 🤫\n");
  ben.typing.write("/quit\n");
  expect(await ben.ends()).toBe(0);
  await ana.shows("* ben left lobby: quit");
  ana.typing.end();
  expect(await ana.ends()).toBe(0);
});

test("the real server's last words are shown when it drains", async () => {
  const server = await serveChat();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const ana = new Client(`127.0.0.1:${server.address.port}`, "ana");
  await ana.shows("* You are in lobby, alone.\n");
  await server.drain({ backInMs: 5_000 });
  expect(await ana.ends()).toBe(0);
  await ana.shows("Come back in 5 s.\n");
});
