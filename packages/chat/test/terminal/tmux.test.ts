import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type ChatClient, connectChat } from "../../dist/index.js";
import { type ChatServer, serveChat } from "../../dist/server/index.js";
import { noTmux, Terminal } from "./tmux.ts";

if (noTmux !== undefined) console.log(`skipped: the client in a real terminal: ${noTmux}`);

const LIMITS = { commandBurst: 1_000_000, commandsPerSecond: 1_000_000 };

async function serving(port = 0): Promise<ChatServer> {
  const server = await serveChat({ port, limits: LIMITS });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

/** Somebody else in the chat, who hears everything. */
async function ben(port: number): Promise<{ client: ChatClient; heard: string[] }> {
  const client = connectChat({ host: "127.0.0.1", port, nick: "ben", baseMs: 50, capMs: 200 });
  onTestFinished(() => client.close());
  const heard: string[] = [];
  client.on("message", ({ from, text }) => from !== "ben" && heard.push(text));
  await client.whenOnline();
  return { client, heard };
}

describe.skipIf(noTmux !== undefined)("in a real terminal", { timeout: 120_000 }, () => {
  test("join, say, hear; the server goes and comes back, and what was said meanwhile is said once", async () => {
    const server = await serving();
    const { port } = server.address;
    const { client, heard } = await ben(port);
    const terminal = new Terminal({ port });
    await terminal.until("● online");
    terminal.type("hello from a terminal");
    terminal.press("Enter");
    await terminal.until(/\d\d:\d\d +ana {2}hello from a terminal/);
    await client.say("lobby", "hello yourself 日本語 👩‍👩‍👧");
    await terminal.until(/ben {2}hello yourself 日本語/);
    await terminal.until("round trip");

    await server[Symbol.asyncDispose]();
    await terminal.until(/waiting \d\.\d s, then try \d+: nobody listens at 127\.0\.0\.1/);
    terminal.type("said while nobody listens");
    terminal.press("Enter");
    await terminal.until(/⋯ +ana {2}said while nobody listens/);
    const back = once(client, "welcome");
    await serving(port);
    await back;
    await terminal.until(/\d\d:\d\d +ana {2}said while nobody listens/);
    const screen = await terminal.until("● online");
    expect(screen).toContain("cut off: ");
    expect(screen.match(/said while nobody listens/g)).toHaveLength(1);
    await vi.waitFor(
      () => expect(heard).toEqual(["hello from a terminal", "said while nobody listens"]),
      20_000,
    );
  });

  test.each([
    ["/quit", "status 0"],
    ["C-c", "status 0"],
    ["SIGTERM", "status 143"],
    ["SIGHUP", "status 129"],
    ["SIGUSR2", "crashed on purpose"],
  ])("%s: the terminal is as it was before", async (how, seen) => {
    const { address } = await serving();
    const terminal = new Terminal({ port: address.port });
    await terminal.until("● online");
    expect(terminal.fact("#{alternate_on} #{wrap_flag}")).toBe("1 0");
    expect(terminal.screen()).not.toContain("before");
    if (how === "/quit") terminal.press("/quit", "Enter");
    else if (how === "C-c") terminal.press("C-c");
    else process.kill(terminal.pid, how);
    await terminal.until(/status \d+/);
    const screen = await terminal.until("icanon");
    expect(screen).toContain("before");
    expect(screen).toContain(seen);
    expect(screen).toMatch(/ icanon(.|\n)* echo /);
    expect(terminal.fact("#{alternate_on} #{cursor_flag} #{wrap_flag}")).toBe("0 1 1");
  });

  test("a window that is closed ends the client, without a word", async () => {
    const { address } = await serving();
    const folder = mkdtempSync(join(tmpdir(), "chat-closed-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const errors = join(folder, "errors");
    const terminal = new Terminal({ port: address.port, errors });
    await terminal.until("● online");
    const { pid } = terminal;
    terminal.close();
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"), { timeout: 20_000 });
    expect(readFileSync(errors, "utf8")).toBe("");
  });

  test("what is typed after /join goes to that room, and what was never acknowledged is told at the end", async () => {
    const server = await serving();
    const { client } = await ben(server.address.port);
    await client.join("books");
    const terminal = new Terminal({ port: server.address.port });
    await terminal.until("● online");
    const message = once(client, "message");
    // All at once: the answer to /join has not come when the next line is entered.
    terminal.press("/join books", "Enter", "to the books", "Enter");
    expect((await message)[0]).toMatchObject({ room: "books", text: "to the books" });
    await terminal.until(/ana {2}to the books/);
    await server[Symbol.asyncDispose]();
    await terminal.until("waiting");
    terminal.press("to nobody", "Enter");
    await terminal.until(/⋯ +ana {2}to nobody/);
    terminal.press("C-c");
    const screen = await terminal.until("status 0");
    expect(screen).toMatch(/did not acknowledge this.*\n {2}to nobody/);
  });

  test("a server that refuses one: the reason is on the screen as it was before, and the status is 1", async () => {
    const { address } = await serving();
    await ben(address.port);
    const terminal = new Terminal({ port: address.port, nick: "BEN", columns: 160 });
    const screen = await terminal.until("status 1");
    expect(screen).toContain("omebody is called ben already");
  });

  test("the window becomes small, and large again: everything is drawn anew", async () => {
    const { address } = await serving();
    const { client } = await ben(address.port);
    const terminal = new Terminal({ port: address.port });
    await terminal.until("● online");
    await client.say("lobby", "a message that is longer than forty columns by a good deal");
    await terminal.until("longer than forty");
    terminal.resize(40, 9);
    const small = await terminal.until(
      /^ben: a message that is longer than forty\n {2}columns by a good deal/m,
    );
    expect(small).not.toContain("│");
    terminal.resize(100, 20);
    const large = await terminal.until("│ 2 people");
    expect(large).toMatch(/\d\d:\d\d +ben {2}a message that is longer than forty columns by a good deal +│/);
    expect(large.split("\n").filter((line) => line.includes("─────"))).toHaveLength(2);
  });

  test("several lines that are pasted are one, and are not sent before Enter", async () => {
    const { address } = await serving();
    const { heard } = await ben(address.port);
    const terminal = new Terminal({ port: address.port });
    await terminal.until("● online");
    terminal.paste("one\ntwo\nthree");
    await terminal.until("lobby › one two three");
    expect(heard).toEqual([]);
    terminal.press("Enter");
    await terminal.until(/ana {2}one two three/);
  });

  test("colours, and none where NO_COLOR is set", async () => {
    const { address } = await serving();
    const colored = new Terminal({ port: address.port });
    const plain = new Terminal({ port: address.port, nick: "zoe", env: { NO_COLOR: "1" } });
    await colored.until("● online");
    await plain.until("● online");
    await plain.until("2 people");
    expect(colored.screen(true)).toContain("\x1b[38;5;");
    expect(plain.screen(true)).not.toContain("\x1b[38;5;");
  });

  test("a flood does not keep one from typing, and its end is seen", async () => {
    const { address } = await serving();
    const { client } = await ben(address.port);
    const terminal = new Terminal({ port: address.port });
    await terminal.until("● online");
    for (let round = 0; round < 20; round++) {
      await Promise.all(
        Array.from({ length: 500 }, (_, at) => client.say("lobby", `flood ${round * 500 + at}`)),
      );
      if (round === 10) terminal.type("typed meanwhile");
    }
    await terminal.until("lobby › typed meanwhile");
    await terminal.until(/flood 9998(.|\n)*flood 9999/);
    terminal.press("PPage");
    await terminal.until("scrolled back");
    terminal.press("Escape");
    await terminal.until("flood 9999");
  });
});
