import { type ChatClient, connectChat } from "@ipc-playground/chat";
import type { Details, ExerciseContext } from "@ipc-playground/lab-kit";
import { Cable } from "./cable.ts";
import { WatchedBot } from "./watched-bot.ts";

type Context = ExerciseContext<"bot">;

const ROOM = "lobby";
const BOT = "counter-bot";
const HOST = "127.0.0.1";
/** Nobody is slowed down for talking too much: a bot that answers itself may show it. */
const MANY_COMMANDS = 1_000_000;
/** A bot that answers the other one does so as often as that one asks. */
const ECHOES = 5;
/** More of what was said is not repeated in a complaint. */
const MOST_QUOTED = 4;

/** The real server, a cable to it for the bot, and people. Ana is there from the first to the last, and sees everything. */
export class Gathering implements AsyncDisposable {
  readonly #context: Context;
  readonly #port: number;
  readonly #cable: Cable;
  readonly #close: () => Promise<void>;
  readonly #guests = new Map<string, ChatClient>();
  readonly #botSaid: string[] = [];
  #bot: WatchedBot | undefined;
  /** Why it left the room, as ana was told. */
  #botLeft = "";
  /** So much of what the bot said has been looked at. */
  #seen = 0;

  static async open(context: Context): Promise<Gathering> {
    // Loaded here: the bot's process, which comes from the same file, starts faster without it.
    const { serveChat } = await import("@ipc-playground/chat/server");
    const server = await serveChat({ limits: { commandBurst: MANY_COMMANDS } });
    const { port } = server.address;
    const gathering = new Gathering(context, port, await Cable.to(port), () => server.close());
    await gathering.comes("ana");
    const ana = gathering.#guest("ana");
    ana.on("message", ({ from, text }) => gathering.#tell(from, "say", { result: text }));
    ana.on("message", ({ from, text }) => from === BOT && gathering.#botSaid.push(text));
    ana.on("joined", ({ nick }) => gathering.#tell(nick, "come"));
    ana.on("left", ({ nick, reason }) => gathering.#tell(nick, "go", { result: reason }));
    ana.on("left", ({ nick, reason }) => {
      if (nick === BOT) gathering.#botLeft = reason;
    });
    return gathering;
  }

  private constructor(context: Context, port: number, cable: Cable, close: () => Promise<void>) {
    this.#context = context;
    this.#port = port;
    this.#cable = cable;
    this.#close = close;
  }

  async comes(nick: string): Promise<ChatClient> {
    const guest = connectChat({ host: HOST, port: this.#port, nick, rooms: [ROOM] });
    this.#guests.set(nick, guest);
    await guest.whenOnline();
    return guest;
  }

  /** It asks each time that it hears a count, some times. The promise in its answer: it has asked. */
  async echoBotComes(): Promise<{ hasAsked: Promise<unknown> }> {
    const echo = await this.comes("echo-bot");
    let left = ECHOES;
    const hasAsked = new Promise((resolve) => {
      echo.on("message", ({ from, text }) => {
        if (from === "echo-bot") resolve(text);
        // Its last question may be cut short by the end of the schedule.
        else if (text.startsWith("!count is") && left-- > 0) echo.say(ROOM, "!count").catch(() => {});
      });
    });
    return { hasAsked };
  }

  async goes(nick: string): Promise<void> {
    await this.#guest(nick).quit();
    await this.#seesInRoom(nick, false);
  }

  /** Resolves when the server has it. */
  async says(nick: string, text: string): Promise<void> {
    await this.#guest(nick).say(ROOM, text);
  }

  async botComes(): Promise<void> {
    this.#bot = new WatchedBot(
      this.#context,
      this.#context.start("bot", { as: BOT, args: { port: this.#cable.port, room: ROOM } }),
    );
    await this.#bot.isToCome("come into the room", () => this.#isIn(BOT));
  }

  async pullCable(): Promise<void> {
    this.#cable.pull();
    await this.#seesInRoom(BOT, false);
    this.#context.step("The bot is cut off.");
  }

  plugIn(): void {
    this.#context.step("There is a way for it again.");
    this.#cable.plugIn();
  }

  async botIsBack(): Promise<void> {
    await this.#theBot().isToCome("come back", () => this.#isIn(BOT));
  }

  /** What the bot says next arrives; and nothing that it should hear from then on. */
  deafenBot(): void {
    this.#cable.goOneWay();
  }

  /** The bot has said this since the last time, in whatever order, and nothing else. */
  async botSays(when: string, ...due: string[]): Promise<void> {
    const said = () => this.#botSaid.slice(this.#seen);
    const complaint = () => `${when}: ${BOT} said ${quoted(said())}, where ${quoted(due)} was due`;
    await this.#theBot().isToDo(() => said().length >= due.length, complaint);
    const isSame = JSON.stringify(said().sort()) === JSON.stringify([...due].sort());
    this.#context.require(isSame, complaint());
    this.#seen += due.length;
  }

  async stopBot(): Promise<void> {
    await this.#theBot().stop();
  }

  /** It goes. Resolves with the reason that the others are told. */
  async botGoes(): Promise<string> {
    await this.#theBot().ends();
    await this.#seesInRoom(BOT, false);
    return this.#botLeft;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const guest of this.#guests.values()) guest.close();
    this.#cable[Symbol.dispose]();
    await this.#close();
  }

  async #seesInRoom(nick: string, is: boolean): Promise<void> {
    await this.#context.until(() => this.#isIn(nick) === is, {
      what: `${nick} to be ${is ? "in" : "out of"} the room`,
    });
  }

  #isIn(nick: string): boolean {
    return this.#guest("ana").people(ROOM).includes(nick);
  }

  #theBot(): WatchedBot {
    return this.#bot as WatchedBot;
  }

  #guest(nick: string): ChatClient {
    return this.#guests.get(nick) as ChatClient;
  }

  #tell(who: string, op: string, details: Details = {}): void {
    const t = Number(process.hrtime.bigint());
    const pid = who === BOT ? this.#theBot().pid : process.pid;
    this.#context.log.seen({ t, pid, process: who, op, ...details });
  }
}

function quoted(texts: readonly string[]): string {
  const first = texts.slice(0, MOST_QUOTED).map((text) => JSON.stringify(text));
  return [...first, ...(texts.length > MOST_QUOTED ? ["…"] : [])].join(", ") || "nothing";
}
