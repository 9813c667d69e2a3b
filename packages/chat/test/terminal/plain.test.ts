import { PassThrough } from "node:stream";
import { IpcError } from "@ipc-playground/contract";
import { expect, test, vi } from "vitest";
import { PlainClient } from "../../dist/terminal/plain.js";
import { FakeClient, roomState } from "./fake-client.ts";

/** The plain client between streams of the test. */
class Lines {
  readonly client = new FakeClient();
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  readonly status: Promise<number>;
  out = "";
  err = "";

  constructor() {
    const notices = new PassThrough();
    this.output.setEncoding("utf8").on("data", (text) => (this.out += text));
    notices.setEncoding("utf8").on("data", (text) => (this.err += text));
    const { client, input, output } = this;
    this.status = new PlainClient({ client, input, output, notices, terminal: false }).run();
  }

  /** Wait until the client was asked for all this, in that order. */
  async asked(...what: string[]): Promise<void> {
    await vi.waitFor(() => expect(this.client.asked).toEqual(what), { interval: 1 });
  }
}

const lost = new IpcError("CONNECTION_REFUSED", "nobody listens at 127.0.0.1:1", "start the server");

test("what is read before the connection is there is said when it is; at the end it waits for the acknowledgement", async () => {
  const { client, input, status, asked } = bound(new Lines());
  input.end("hello\n\nworld\n");
  client.welcome();
  await asked("say lobby hello", "say lobby world");
  client.answers[0]?.accept({ room: "lobby", epoch: "e", seq: 1 });
  await new Promise(setImmediate);
  expect(client.asked).not.toContain("quit");
  client.answers[1]?.accept({ room: "lobby", epoch: "e", seq: 2 });
  await asked("say lobby hello", "say lobby world", "quit");
  expect(await status).toBe(0);
});

test("stdout has what others say, and nothing else", async () => {
  const lines = new Lines();
  const { client } = lines;
  client.welcome([roomState("books", ["ana"]), roomState("lobby", ["ana", "ben"])]);
  client.hear("ben", "hi\x1b[2J\nthere");
  client.hear("\x1b]0;x\x07", "a name", "\x9b2J");
  client.hear("ana", "my own");
  client.hear("ben", "elsewhere", "books");
  client.emit("whisper", { type: "whisper", from: "ben", to: "ana", text: "psst", at: 0 });
  client.emit("raw", { type: "joined", room: "lobby", nick: "eve", count: 3, at: 0 });
  await vi.waitFor(() => expect(lines.err).toContain("* eve joined lobby (3 people)."), { interval: 1 });
  expect(lines.out).toBe(
    "<ben> hi␛[2J␊there\n#<U+009B>2J <␛]0;x␇> a name\n#books <ben> elsewhere\n[ben] psst\n",
  );
  expect(lines.err).toContain("* Welcome to chat, ana.");
  lines.input.end();
  expect(await lines.status).toBe(0);
});

test("a command is over before the next line: what follows /join goes there", async () => {
  const { client, input, asked, status } = bound(new Lines());
  client.welcome();
  input.end("/join books\nhi\n/list\n/w ben psst\n/leave\nback\n");
  await asked("join books", "say books hi", "list", "whisper ben psst", "leave books", "say lobby back");
  for (const { accept } of client.answers) accept({ room: "", epoch: "", seq: 0 });
  expect(await status).toBe(0);
});

test("/quit waits for what was said before", async () => {
  const { client, input, asked, status } = bound(new Lines());
  client.welcome();
  input.write("hi\n/quit\nnever said\n");
  await asked("say lobby hi");
  client.answers[0]?.accept({ room: "lobby", epoch: "e", seq: 1 });
  expect(await status).toBe(0);
  await asked("say lobby hi", "quit");
});

test("a refusal is said on stderr, the rest goes on, and the status is 1", async () => {
  const lines = new Lines();
  const { client, input, asked, status } = bound(lines);
  client.welcome();
  input.end("no\n/nosuch\nyes\n");
  await asked("say lobby no", "say lobby yes");
  client.answers[0]?.refuse(new IpcError("BAD_TEXT", "the text has a control character", "leave it out"));
  client.answers[1]?.accept({ room: "lobby", epoch: "e", seq: 1 });
  expect(await status).toBe(1);
  expect(lines.err).toContain("! the text has a control character; leave it out");
  expect(lines.err).toContain("! there is no command /nosuch;");
});

test("a client that gives up ends it, with the reason and status 1", async () => {
  const lines = new Lines();
  lines.client.emit("waiting", 300, lost);
  lines.client.state = "closed";
  lines.client.emit("closed", lost);
  expect(await lines.status).toBe(1);
  expect(lines.err).toBe(
    "* nobody listens at 127.0.0.1:1; trying again in 0.3 s\n! nobody listens at 127.0.0.1:1; start the server\n",
  );
});

test("a reader of stdout that is gone ends it", async () => {
  const { client, output, status } = new Lines();
  client.welcome();
  output.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
  expect(await status).toBe(0);
});

test("no more than 64 messages are under way", async () => {
  const { client, input, asked, status } = bound(new Lines());
  client.welcome();
  input.end("x\n".repeat(70));
  await asked(...Array.from({ length: 64 }, () => "say lobby x"));
  const accept = () =>
    client.answers.splice(0).forEach(({ accept: yes }) => void yes({ room: "", epoch: "", seq: 0 }));
  accept();
  await asked(...Array.from({ length: 70 }, () => "say lobby x"));
  accept();
  expect(await status).toBe(0);
});

function bound(lines: Lines) {
  const { client, input, status } = lines;
  return { client, input, status, asked: lines.asked.bind(lines) };
}
