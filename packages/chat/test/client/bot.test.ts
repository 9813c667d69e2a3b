import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { serveChat } from "../../src/server/serve-chat.ts";
import { until } from "./fake-server.ts";
import { telling } from "./telling.ts";

const BOT = fileURLToPath(new URL("../../dist/programs/bot.js", import.meta.url));

/** The bot in a process of its own, what it prints, and its exit status. */
function bot(...args: string[]) {
  const child: ChildProcess = spawn(process.execPath, [BOT, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const said = { out: "", error: "" };
  child.stdout?.setEncoding("utf8").on("data", (text) => (said.out += text));
  child.stderr?.setEncoding("utf8").on("data", (text) => (said.error += text));
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return { child, said, status: once(child, "close").then(([status]) => status) };
}

test("the bot answers what it knows, greets everybody once, and says goodbye", async () => {
  await using server = await serveChat({ limits: { commandBurst: 1e6, commandsPerSecond: 1e6 } });
  const { port } = server.address;
  const { child, said, status } = bot(`127.0.0.1:${port}`, "--nick", "dice");
  await until(() => said.out.includes("online at chat as dice, in lobby"));
  const { chat, told } = telling({ ...server.address, nick: "ana" });
  const says = async (pattern: RegExp) => {
    await until(() => told.some((line) => pattern.test(line)));
    return told.findIndex((line) => pattern.test(line));
  };
  await says(/<dice> hello ana; !help says/);
  for (const text of ["!time", "!roll 2d6", "!roll 1d1", "!roll 99d6", "!constructor", "time!", "!help"]) {
    await chat.say("lobby", text);
  }
  await says(/<dice> ana: I know !help, !time, !roll$/);
  const answers = told.filter((line) => line.includes("<dice> ana: "));
  expect(answers.map((line) => line.slice("#lobby <dice> ana: ".length))).toEqual([
    expect.stringMatching(/^it is \d\d:\d\d:\d\d UTC$/),
    expect.stringMatching(/^[1-6] \+ [1-6] = \d+$/),
    "1",
    "write !roll 2d6; at most 20 dice of 1000 sides",
    "I know !help, !time, !roll",
  ]);
  await chat.leave("lobby");
  await chat.join("lobby");
  await chat.say("lobby", "!roll 3d1");
  await says(/<dice> ana: 1 \+ 1 \+ 1 = 3$/);
  expect(told.filter((line) => line.includes("hello ana"))).toHaveLength(1);
  let reason = "";
  chat.on("left", (notice) => {
    reason = notice.reason;
  });
  child.kill("SIGTERM");
  expect(await status).toBe(0);
  await until(() => reason === "quit: switched off");
  expect(said.error).toBe("");
});

test("the bot says why it cannot work", async () => {
  await using server = await serveChat();
  const { port } = server.address;
  const { chat } = telling({ ...server.address, nick: "dicebot" });
  await chat.whenOnline();
  const refused = bot(`${port}`);
  expect(await refused.status).toBe(1);
  expect(refused.said.error).toBe(
    "Somebody is called dicebot already (NICK_TAKEN). Choose another nickname. [CHAT_REFUSED]\n",
  );
  const called = bot("--colour", "red");
  expect(await called.status).toBe(2);
  expect(called.said.error).toMatch(/Usage: bot \[HOST:PORT\].*\[BAD_USAGE\]/);
  expect(await bot("nowhere:port").status).toBe(2);
});
