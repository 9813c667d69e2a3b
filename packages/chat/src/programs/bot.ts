#!/usr/bin/env node
/**
 * A bot, as an example of how to write one: it answers `!time`, `!roll 2d6` and `!help`, and greets everybody
 * who comes, once. `node packages/chat/dist/programs/bot.js [HOST:PORT] [--nick NAME] [--room ROOM]`
 */

import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { IpcError } from "@ipc-playground/contract";
import { onStop, plain } from "@ipc-playground/sockets";
import { type ChatClient, connectChat, parseServer } from "../client/index.ts";

const USAGE = "bot [HOST:PORT] [--nick NAME] [--room ROOM]";
const MOST_DICE = 20;
const MOST_SIDES = 1_000;

/** What it can be asked: what stands behind the word goes in, the answer comes out. */
const ANSWERS: Readonly<Record<string, (rest: string) => string>> = {
  help: () => `I know !${Object.keys(ANSWERS).join(", !")}`,
  time: () => `it is ${new Date().toISOString().slice(11, 19)} UTC`,
  roll: (rest) => roll(rest === "" ? "1d6" : rest),
};

try {
  run(connectChat(options(process.argv.slice(2))));
} catch (error) {
  if (!(error instanceof IpcError)) throw error;
  console.error(plain(error));
  process.exitCode = 2;
}

function run(chat: ChatClient): void {
  const greeted = new Set<string>();
  // A promise that nobody looks after would end this process when it is broken.
  const say = (room: string, text: string) =>
    chat.say(room, text).catch((error) => console.error(plain(error)));

  chat.on("welcome", ({ server, nick }) =>
    console.log(`online at ${server} as ${nick}, in ${chat.rooms.join(", ")}`),
  );
  chat.on("message", ({ room, from, text }) => {
    // What it says itself comes back, too. A bot that answers itself never stops.
    const answer = from === chat.nick ? undefined : answerTo(text);
    if (answer !== undefined) say(room, `${from}: ${answer}`);
  });
  chat.on("joined", ({ room, nick }) => {
    // Who was cut off joins again, and is no newcomer.
    if (greeted.has(nick)) return;
    greeted.add(nick);
    say(room, `hello ${nick}; !help says what I can do`);
  });
  // It comes back by itself, and what was said meanwhile comes as if nothing had been. There is nothing to do.
  chat.on("waiting", (delayMs, why) =>
    console.error(`${plain(why)} Next try in ${(delayMs / 1_000).toFixed(1)} s`),
  );
  chat.on("closed", (error) => {
    if (error === undefined) return;
    console.error(plain(error));
    process.exitCode = 1;
  });
  onStop(() => chat.quit("switched off"));
}

function answerTo(text: string): string | undefined {
  const [, word = "", rest = ""] = /^!(\w+)\s*(.*)$/.exec(text) ?? [];
  // Not ANSWERS[word] alone: every object has a `constructor`.
  return Object.hasOwn(ANSWERS, word) ? ANSWERS[word]?.(rest.trim()) : undefined;
}

/** `2d6`: two dice of six sides. */
function roll(what: string): string {
  const [, dice, sides] = (/^(\d{1,2})d(\d{1,4})$/.exec(what) ?? []).map(Number);
  if (!dice || !sides || dice > MOST_DICE || sides > MOST_SIDES) {
    return `write !roll 2d6; at most ${MOST_DICE} dice of ${MOST_SIDES} sides`;
  }
  const rolled = Array.from({ length: dice }, () => randomInt(1, sides + 1));
  return `${rolled.join(" + ")}${dice > 1 ? ` = ${rolled.reduce((sum, eyes) => sum + eyes)}` : ""}`;
}

function options(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { nick: { type: "string", default: "dicebot" }, room: { type: "string", default: "lobby" } },
    });
    if (positionals.length > 1) throw new Error("there is more than one address");
    return { ...parseServer(positionals[0]), nick: values.nick, rooms: [values.room] };
  } catch (error) {
    if (error instanceof IpcError) throw error;
    throw new IpcError("BAD_USAGE", (error as Error).message, `usage: ${USAGE}`);
  }
}
