import type { Readable, Writable } from "node:stream";
import { IpcError } from "@ipc-playground/contract";
import { Prompt, visible } from "@ipc-playground/sockets";
import { wordsOf } from "../protocol/line-words.ts";
import { fold } from "../protocol/names.ts";
import type { ServerMessage } from "../protocol/server-message.ts";
import type { Chat } from "./client.ts";
import { ALL_COMMANDS, readTyped } from "./commands.ts";
import { harmless } from "./harmless.ts";
import type { Request } from "./perform.ts";

export interface PlainOptions {
  client: Chat;
  input: Readable;
  /** What others say, and nothing else. */
  output: Writable;
  /** What happens. */
  notices: Writable;
  /** A person types at a terminal. */
  terminal: boolean;
}

/** Messages that may be under way: more are not read from the input. */
const MOST_UNDER_WAY = 64;
/** What the server tells that is no answer and not said by anybody. */
const NEWS: readonly ServerMessage["type"][] = [
  "welcome",
  "room",
  "joined",
  "left",
  "renamed",
  "topic",
  "owner",
  "kicked",
  "notice",
  "shutdown",
];

/**
 * The chat as lines: what is read is said or obeyed, what others say is written. At the end of the input it
 * waits until the server has accepted everything, and says goodbye.
 */
export class PlainClient {
  readonly #options: PlainOptions;
  readonly #prompt: Prompt;
  readonly #underWay = new Set<Promise<void>>();
  readonly #over: Promise<IpcError | undefined>;
  #here: string | undefined;
  #failed = false;
  #leaving = false;

  constructor(options: PlainOptions) {
    const { client, input, output, terminal } = options;
    this.#options = options;
    this.#prompt = new Prompt("> ", { input, output, terminal });
    // What is typed ahead, or comes out of a pipe, waits for the connection.
    this.#prompt.lines.pause();
    this.#prompt.lines.on("SIGINT", () => this.#interrupt());
    this.#over = new Promise((resolve) => client.once("closed", resolve));
    // Nobody reads any more: there is no use in staying.
    output.on("error", () => client.close());
    options.notices.on("error", () => {});
    this.#listen();
  }

  /** The exit status: 1 where something was refused or the client gave up. */
  async run(): Promise<number> {
    const { client } = this.#options;
    const lines = this.#prompt.lines[Symbol.asyncIterator]();
    const welcome = new Promise<void>((resolve) => client.once("welcome", () => resolve()));
    await Promise.race([welcome, this.#over]);
    this.#prompt.lines.resume();
    this.#prompt.ask();
    while (client.state !== "closed") {
      const line = await Promise.race([lines.next(), this.#over]);
      if (line === undefined || line instanceof IpcError || line.done === true) break;
      if (line.value.trim() !== "") await this.#take(line.value);
      this.#prompt.ask();
    }
    await Promise.race([Promise.all(this.#underWay), this.#over]);
    if (client.state !== "closed") await client.quit();
    return this.#finish(await this.#over);
  }

  #finish(error: IpcError | undefined): number {
    this.#prompt.close();
    // A pipe that is still open would keep this process alive.
    this.#options.input.destroy();
    if (error === undefined) return this.#failed ? 1 : 0;
    this.#complain(error);
    return 1;
  }

  /** A line of the input. What is said goes on by itself; a command is over before the next line. */
  async #take(line: string): Promise<void> {
    const request = readTyped(line, this.#here);
    if ("code" in request || (request.type !== "say" && request.type !== "whisper")) {
      await this.#obey(request).catch((error) => this.#complain(error));
      return;
    }
    if (this.#underWay.size >= MOST_UNDER_WAY) await Promise.race(this.#underWay);
    const { client } = this.#options;
    const sent =
      request.type === "say"
        ? client.say(request.room, request.text)
        : client.whisper(request.to, request.text);
    const done: Promise<void> = sent
      .then(() => {})
      .catch((error) => this.#complain(error))
      .finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }

  async #obey(request: Exclude<Request, { type: "say" | "whisper" }>): Promise<unknown> {
    const { client } = this.#options;
    if ("code" in request) return this.#complain(request);
    switch (request.type) {
      case "help":
        return this.#notice(
          ALL_COMMANDS.map(({ usage, says }) => `* ${usage.padEnd(20)} ${says}`).join("\n"),
        );
      case "status":
        return this.#notice(
          `* ${client.state}, as ${client.nick}, in ${client.rooms.join(", ") || "no room"}`,
        );
      case "clear":
        return this.#prompt.clear();
      case "nick":
        return client.setNick(request.nick);
      case "join":
        return client.join(request.room);
      case "leave":
        return client.leave(request.room);
      case "people":
        return this.#tell({ type: "people", people: await client.list(request.room) });
      case "rooms":
        return this.#tell({ type: "rooms", rooms: await client.listRooms() });
      case "topic":
        return client.setTopic(request.room, request.topic);
      case "kick":
        return client.kick(request.room, request.nick, request.reason);
      case "quit":
        await Promise.race([Promise.all(this.#underWay), this.#over]);
        return client.quit(request.reason);
    }
  }

  /** Ctrl-C. Whoever asks twice does not wait for the goodbye. */
  #interrupt(): void {
    const { client } = this.#options;
    if (this.#leaving) client.close();
    else void client.quit();
    this.#leaving = true;
  }

  #listen(): void {
    const { client } = this.#options;
    client.on("raw", (message) => {
      // What is typed goes to the room that was entered last.
      if (message.type === "room") this.#here = message.room;
      if (NEWS.includes(message.type)) this.#tell(message);
    });
    client.on("people", () => {
      if (this.#here === undefined || !client.rooms.includes(this.#here)) this.#here = client.rooms.at(-1);
    });
    client.on("message", (message) => {
      if (fold(message.from) !== fold(client.nick)) this.#say(message);
    });
    client.on("whisper", (whisper) => this.#say(whisper));
    client.on("refused", (error) => this.#complain(error));
    client.on("gap", (room) =>
      this.#notice(`* Messages in ${visible(room)} were lost: the server keeps no more.`),
    );
    client.on("waiting", (delayMs, why) =>
      this.#notice(`* ${visible(why.fact)}; trying again in ${(delayMs / 1_000).toFixed(1)} s`),
    );
  }

  #say(message: ServerMessage): void {
    const isHere = "room" in message && message.room === this.#here;
    const words = wordsOf(harmless(message, visible), isHere);
    if (words !== null) this.#prompt.print(words);
  }

  #tell(message: ServerMessage): void {
    const words = wordsOf(harmless(message, visible), false);
    if (words !== null) this.#notice(words);
  }

  #complain(error: unknown): void {
    if (typeof error !== "object" || error === null || !("fact" in error) || !("nextStep" in error))
      throw error;
    const { fact, nextStep } = harmless(
      { fact: String(error.fact), nextStep: String(error.nextStep) },
      visible,
    );
    this.#failed = true;
    this.#notice(`! ${fact}; ${nextStep}`);
  }

  /** On a terminal, what is being typed stays below it. */
  #notice(text: string): void {
    if (this.#options.terminal) this.#prompt.print(text);
    else this.#options.notices.write(`${text}\n`);
  }
}
