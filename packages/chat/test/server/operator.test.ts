import { Writable } from "node:stream";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { LIMITS } from "../../src/limits.ts";
import { CONSOLE_COMMANDS, OperatorConsole } from "../../src/server/console.ts";
import type { FrontDoor } from "../../src/server/door.ts";
import { lineDoor } from "../../src/server/line-door.ts";
import { serveMetrics } from "../../src/server/metrics.ts";
import { serveChat } from "../../src/server/serve-chat.ts";
import { FrameClient, LineClient, Peer, until } from "./clients.ts";
import { expectEndings, serving } from "./serving.ts";

async function operating() {
  const server = await serving();
  let stops = 0;
  const operator = new OperatorConsole(server, () => stops++);
  onTestFinished(() => operator[Symbol.dispose]());
  return { server, operator, stops: () => stops };
}

test("the console knows every command of its list, with a slash before it too, and says what it does not know", async () => {
  const { operator, stops } = await operating();
  for (const { usage } of CONSOLE_COMMANDS) {
    for (const slash of ["", "/"])
      expect(operator.answer(`${slash}${usage.split(" ")[0]}`)).not.toContain("there is no command");
    expect(operator.answer("help")).toContain(usage);
  }
  expect(stops()).toBe(2);
  expect(operator.answer("dance now")).toBe('there is no command "dance"; help lists them');
  expect(operator.answer("\u001b[2J")).toBe('there is no command "␛[2J"; help lists them');
  expect(operator.answer("  ")).toBe("");
});

test("who, rooms, kick and say do what they say", async () => {
  const { server, operator } = await operating();
  expect(operator.answer("who")).toBe("nobody is here");
  const ana = await LineClient.enter(server, "ana");
  expect(operator.answer("who")).toMatch(
    /^ana {2}127\.0\.0\.1:\d+ {2}lines {2}since \d\d:\d\d:\d\d UTC {2}lobby$/,
  );
  ana.say("/topic \u202enovels");
  await ana.line(/is about/);
  expect(operator.answer("rooms")).toBe("lobby  1  <U+202E>novels");
  expect(operator.answer("say tea at four")).toBe("");
  await ana.line("* The operator: tea at four");
  expect(operator.answer("say")).toContain("there is no text");
  expect(operator.answer("kick")).toBe("write kick NAME [REASON]");
  expect(operator.answer("kick nobody1")).toBe("nobody is called nobody1; who lists them");
  expect(operator.answer("kick ANA too loud")).toBe("ANA is gone");
  await ana.line("* operator sent you away: too loud");
});

test("limits shows every limit as it is set, stats what was counted", async () => {
  const { server, operator } = await operating();
  for (const name of Object.keys(LIMITS))
    expect(operator.answer("limits")).toMatch(new RegExp(`^${name} +\\d`, "m"));
  expect(operator.answer("limits")).toMatch(/^commandBurst +1000000 +commands +at once/m);
  const ana = await LineClient.enter(server, "ana");
  ana.say("hello", "/quit");
  await expectEndings(server, { quit: 1 });
  const stats = operator.answer("stats");
  expect(stats).toMatch(/^sessions now +0$/m);
  expect(stats).toMatch(/^messages in +1$/m);
  expect(stats).toMatch(/^ended: said goodbye +1$/m);
  expect(stats).not.toContain("ended: was kicked");
});

test("the figures are served in the format of Prometheus, and are those of the counters", async () => {
  const server = await serving();
  const metrics = await serveMetrics(server, 0);
  onTestFinished(metrics.close);
  const ana = await LineClient.enter(server, "ana");
  ana.say("hello", "/quit");
  await expectEndings(server, { quit: 1 });
  await LineClient.enter(server, "ben");
  const url = `http://127.0.0.1:${metrics.port}`;
  const scrape = async () => (await fetch(`${url}/metrics`)).text();
  await scrape();
  // A second look counts nothing twice.
  const text = await scrape();
  const { connections, messagesIn, bytesIn, bytesOut } = server.counters;
  expect(text).toContain(`\nchat_connections_total ${connections}\n`);
  expect(text).toContain(`\nchat_messages_in_total ${messagesIn}\n`);
  expect(text).toContain(`\nchat_bytes_in_total ${bytesIn}\n`);
  expect(text).toContain(`\nchat_bytes_out_total ${bytesOut}\n`);
  expect(text).toContain('\nchat_endings_total{reason="quit"} 1\n');
  expect(text).toContain('\nchat_endings_total{reason="slow"} 0\n');
  expect(text).toContain("\nchat_sessions 1\n");
  expect(text).toMatch(/^chat_fan_out_ms_count 1$/m);
  expect((await fetch(`${url}/other`)).status).toBe(404);
  expect((await fetch(`${url}/metrics`, { method: "POST" })).status).toBe(404);
});

test("bytes are counted both ways: what came, and what went out on connections that are over", async () => {
  const server = await serving();
  const ana = new LineClient(server).say("ana", "/help", "/quit");
  await ana.isClosed();
  await expectEndings(server, { quit: 1 });
  expect(server.counters.bytesIn).toBe("ana\n/help\n/quit\n".length);
  expect(server.counters.bytesOut).toBe(Buffer.concat(ana.heard).length);
});

test("the log tells who came, went and was refused, and never what was said", async () => {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const server = await serving({
    logger: pino(stream),
    password: "open sesame",
    limits: { passwordDelayMs: 1 },
  });
  const ana = new LineClient(server).say(
    "ana",
    "guess",
    "open sesame",
    "a secret",
    "/w ana another",
    "/quit tea",
  );
  await ana.isClosed();
  const ben = await FrameClient.enter(server, "ben", { password: "open sesame" });
  ben.send(
    { type: "say", room: "lobby", text: "a secret" },
    { type: "topic", room: "lobby", topic: "a secret" },
  );
  await ben.message("topic");
  new Peer(server).write("\u00ffsecret".repeat(9_000));
  await expectEndings(server, { quit: 1, oversize: 1 });
  await server.drain();
  const log = lines.join("");
  expect(log).toMatch(/"nick":"ana".*"entered"/);
  expect(log).toMatch(/"nick":"ana".*"ending":"quit"/);
  expect(log).toMatch(/"ending":"oversize"/);
  expect(log).toMatch(/"closed"/);
  expect(log).not.toMatch(/secret|another|guess|sesame|tea/);
});

test.each([
  [{ commandBurst: 0 }, "the limit commandBurst cannot be 0"],
  [{ helloMs: -1 }, "the limit helloMs cannot be -1"],
  [{ pingMs: Number.NaN }, "the limit pingMs cannot be NaN"],
  // A frame whose first byte is not 0 would not be for the door of frames.
  [{ frameBytes: 2 ** 24 }, "the limit frameBytes cannot be 16777216"],
  // Nobody could be told such a text.
  [{ textBytes: 2 ** 21 }, "the limit textBytes cannot be 2097152"],
  // A timer would take it for 1 ms.
  [{ lineIdleMs: 2 ** 31 }, "the limit lineIdleMs cannot be 2147483648"],
])("%j is BAD_ARGUMENT", async (limits, fact) => {
  await expect(serveChat({ limits })).rejects.toMatchObject({ code: "BAD_ARGUMENT", fact });
});

test("the longest text that can be allowed reaches everybody, by both doors", async () => {
  const textBytes = 2 ** 20;
  const server = await serving({
    limits: { textBytes, frameBytes: 0xff_ff_ff, historyBytes: 2 ** 24, hardQueueBytes: 2 ** 24 },
  });
  const ana = await FrameClient.enter(server, "ana");
  const ben = await LineClient.enter(server, "ben");
  // JSON writes each of them as two.
  ana.send({ type: "say", id: "1", room: "lobby", text: '"'.repeat(textBytes) });
  expect((await ana.message("message")).text).toHaveLength(textBytes);
  await until(() => ben.lines.some((line) => line.length === "<ana> ".length + textBytes));
});

test("a door that fails costs whoever came by it the connection, and nobody else anything", async () => {
  const failing: FrontDoor = {
    ...lineDoor,
    opens: (byte) => byte === 0x21,
    visit: (stream, limits) => ({
      ...lineDoor.visit(stream, limits),
      push: () => {},
      end: () => {},
      next: () => {
        throw new TypeError("a mistake in the server");
      },
    }),
  };
  const server = await serveChat({ doors: [failing, lineDoor] });
  onTestFinished(() => server.close());
  const ana = await LineClient.enter(server, "ana");
  const unlucky = new Peer(server).write("!");
  await unlucky.isClosed();
  await expectEndings(server, { defect: 1 });
  ana.say("/rooms");
  await ana.line("* lobby: 1 person");
});
