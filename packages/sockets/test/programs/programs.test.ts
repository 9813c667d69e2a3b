import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../tcp/peers.ts";
import { folder } from "../transfer/files.ts";

const PROGRAMS = join(import.meta.dirname, "../../dist/programs");

class Program {
  readonly child: ChildProcess;
  out = "";
  err = "";

  constructor(name: string, ...args: string[]) {
    this.child = spawn(process.execPath, [join(PROGRAMS, `${name}.js`), ...args]);
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.out += text));
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.err += text));
    onTestFinished(() => {
      this.child.kill("SIGKILL");
    });
  }

  async says(part: string | RegExp): Promise<void> {
    const said = () => (typeof part === "string" ? this.out.includes(part) : part.test(this.out + this.err));
    await until(said).catch(() => {
      throw new Error(`it never said ${part}, but: ${this.out}${this.err}`);
    });
  }

  async ends(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "close");
    return this.child.exitCode;
  }

  type(text: string): void {
    this.child.stdin?.write(text);
  }
}

async function listening(name: string, ...args: string[]): Promise<{ program: Program; port: string }> {
  const program = new Program(name, ...args);
  await program.says("127.0.0.1:");
  return { program, port: /127\.0\.0\.1:(\d+)/.exec(program.out)?.[1] as string };
}

test("without a terminal, what the server said is all that the client prints, and it ends with its input", async () => {
  const { program: server, port } = await listening("echo-server", "0");
  const client = new Program("echo-client", port);
  client.child.stdin?.end("one\ntwo\n/status\nthree");
  expect(await client.ends()).toBe(0);
  expect(client.out).toBe("one\ntwo\nthree\n");
  expect(client.err).toMatch(/^connected to 127\.0\.0\.1:\d+;.*\nconnected, \d+ B in, \d+ B out\n$/s);
  await server.says("#1 left after 3 messages");
});

test("the client finds a server again that was stopped and started, and says what it waits for", async () => {
  const { program: first, port } = await listening("echo-server", "0");
  const client = new Program("echo-client", port);
  client.type("before\n");
  await client.says("before");
  first.child.kill("SIGTERM");
  expect(await first.ends()).toBe(0);
  expect(first.out).toContain("closed: 1 ended, 0 cut");
  await client.says(/\[CONNECTION_LOST\] Next try in \d/);
  await client.says(/Nobody listens at .* \[CONNECTION_REFUSED\]/);
  client.type("lost\n");
  await client.says(/not sent, (waiting|connecting), \d+ tries failed/);
  await listening("echo-server", port);
  await until(() => client.err.split("connected to").length === 3);
  client.type("after\n/quit\n");
  expect(await client.ends()).toBe(0);
  expect(client.out).toContain("after\n");
});

test("a second signal ends a server that waits for its clients at once", async () => {
  const { program, port } = await listening("echo-server", "0");
  const { connect } = await import("node:net");
  // Half-open: it never ends its own side.
  const stubborn = connect({ port: Number(port), allowHalfOpen: true });
  onTestFinished(() => {
    stubborn.destroy();
  });
  await program.says("#1");
  program.child.kill("SIGINT");
  await program.says("closing: 1");
  program.child.kill("SIGINT");
  expect(await program.ends()).toBe(130);
});

test.each([
  ["echo-server", ["80x"], 1, "[BAD_ADDRESS]"],
  ["echo-server", ["--help"], 2, "Usage: echo-server [PORT [ADDRESS]]"],
  ["echo-client", ["70000"], 1, "[BAD_ADDRESS]"],
  ["send-file", [], 2, "Usage: send-file FILE [PORT [HOST]]"],
  ["send-file", ["/missing"], 1, "[NO_SUCH_FILE]"],
  ["receive-files", ["/missing"], 1, "/missing is not a folder. Make it: mkdir /missing. [NO_SUCH_FILE]"],
])("%s %j: plain words, and exit status %i", async (name, args, code, words) => {
  const program = new Program(name, ...args);
  expect(await program.ends()).toBe(code);
  expect(program.err).toContain(words);
  expect(program.err).not.toContain("    at ");
});

test("a file goes from one program to the other, and both count along", async () => {
  const parent = folder();
  const into = join(parent, "in");
  mkdirSync(into);
  const content = randomBytes(5_000_000);
  writeFileSync(join(parent, "photo.jpg"), content);
  const { program: receiver, port } = await listening("receive-files", into, "0");
  const sender = new Program("send-file", join(parent, "photo.jpg"), port);
  expect(await sender.ends()).toBe(0);
  expect(sender.out).toBe('"photo.jpg" has arrived whole: 5000000 bytes\n');
  await receiver.says('received "photo.jpg", 4.8 MiB, image/jpeg, from 127.0.0.1:');
  for (const { err } of [sender, receiver])
    expect(err).toMatch(/photo\.jpg .* 100 % {2}4\.8 MiB of 4\.8 MiB/);
  expect(readFileSync(join(into, "photo.jpg")).equals(content)).toBe(true);
});
