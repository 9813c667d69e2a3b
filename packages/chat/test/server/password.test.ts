import { expect, test, vi } from "vitest";
import { FrameClient, LineClient, until } from "./clients.ts";
import { expectEndings, serving, stopTheClock } from "./serving.ts";

test("a plain client is asked for the password after the nickname, and comes in with the right one", async () => {
  const server = await serving({ password: "open sesame" });
  const ana = new LineClient(server).say("ana");
  await ana.line("* Password?");
  expect(server.people()).toEqual([]);
  ana.say("open sesame");
  await ana.line("* You are in lobby, alone.");
});

test("all in one write, as a script does it: nickname, password, a message", async () => {
  const server = await serving({ password: "open sesame" });
  const ben = await FrameClient.enter(server, "ben", { password: "open sesame" });
  new LineClient(server).socket.end("ana\nopen sesame\nhello");
  expect(await ben.message("message")).toMatchObject({ from: "ana", text: "hello" });
});

test("a wrong password is answered late, later each time, and the third time is the last", async () => {
  stopTheClock();
  const server = await serving({ password: "open sesame" });
  const ana = new LineClient(server).say("ana");
  await ana.line("* Password?");
  for (const delay of [500, 1_000, 2_000]) {
    const timers = vi.getTimerCount();
    ana.say("guess");
    await until(() => vi.getTimerCount() > timers);
    const { length } = ana.lines;
    await vi.advanceTimersByTimeAsync(delay - 1);
    expect(ana.lines).toHaveLength(length);
    await vi.advanceTimersByTimeAsync(1);
    if (delay < 2_000) await ana.line("* Password?");
  }
  await ana.line("! BAD_PASSWORD: that is not the password; ask whoever runs the server");
  await ana.isClosed();
  await expectEndings(server, { password: 1 });
});

test("who speaks frames is refused without it, and wrong; then right is right", async () => {
  const server = await serving({ password: "open sesame", limits: { passwordDelayMs: 1 } });
  const ana = new FrameClient(server).send({ type: "hello", version: 1, nick: "ana" });
  expect(await ana.message("error")).toMatchObject({
    code: "BAD_PASSWORD",
    fact: "this server has a password",
  });
  ana.send({ type: "hello", version: 1, nick: "ana", password: "guess" });
  expect(await ana.message("error")).toMatchObject({
    code: "BAD_PASSWORD",
    fact: "that is not the password",
  });
  ana.send({ type: "hello", version: 1, nick: "ana", password: "open sesame" });
  expect((await ana.message("welcome")).nick).toBe("ana");
});

test("a token does not open the door without the password", async () => {
  const server = await serving({ password: "open sesame" });
  const ana = await FrameClient.enter(server, "ana", { password: "open sesame" });
  const thief = new FrameClient(server).send({
    type: "hello",
    version: 1,
    nick: "x",
    token: ana.welcome.token,
  });
  expect(await thief.message("error")).toMatchObject({ code: "BAD_PASSWORD" });
  expect(ana.closed).toBe(false);
});

test("nothing else of a session is read while its password is looked at", async () => {
  const server = await serving({ password: "open sesame" });
  const ana = new FrameClient(server).send(
    { type: "hello", version: 1, nick: "ana", password: "open sesame" },
    { type: "say", id: "1", room: "lobby", text: "hi" },
  );
  await ana.message("welcome");
  expect(await ana.message("ack")).toMatchObject({ id: "1", seq: 1 });
  expect(ana.messages.filter(({ type }) => type === "error")).toEqual([]);
});

test("who goes away while the password is looked at does not come in after all", async () => {
  const server = await serving({ password: "open sesame" });
  const ben = await LineClient.enter(server, "ben\nopen sesame");
  const ana = new LineClient(server).say("ana", "open sesame");
  await ana.line("* Password?");
  ana.socket.resetAndDestroy();
  await until(() => server.sessionCount === 1);
  await LineClient.enter(server, "cat\nopen sesame");
  await ben.line("* cat joined lobby (2 people).");
});

test("the same password typed on another keyboard, in other code points, is the same", async () => {
  const server = await serving({ password: "caf\u00e9" });
  await FrameClient.enter(server, "ana", { password: "cafe\u0301" });
});

test("the deadline of the hello includes the password", async () => {
  stopTheClock();
  const server = await serving({ password: "open sesame" });
  const ana = new LineClient(server).say("ana");
  await ana.line("* Password?");
  await vi.advanceTimersByTimeAsync(10_000);
  await ana.line(/^! TOO_LATE/);
  await ana.isClosed();
  await expectEndings(server, { late: 1 });
});
