import type { ReadStream, WriteStream } from "node:tty";
import type { IpcError } from "@ipc-playground/contract";
import type { Chat } from "./client.ts";
import { readTyped } from "./commands.ts";
import type { frameOf } from "./frame.tsx";
import { Frames } from "./frames.ts";
import { follow } from "./from-client.ts";
import { harmlessText } from "./harmless.ts";
import type { Key } from "./key.ts";
import { readKeys } from "./keys.ts";
import type { Size } from "./layout.ts";
import { newState, type State, shownRoom } from "./model.ts";
import { Painter } from "./painter.ts";
import { perform } from "./perform.ts";
import { reduce, type ScreenEvent } from "./reduce.ts";
import { TerminalMode } from "./terminal-mode.ts";

export interface ScreenOptions {
  client: Chat;
  /** Where the server is, as it is shown. */
  server: string;
  input: ReadStream;
  output: WriteStream;
  colored: boolean;
}

/** How a session at the screen ended. */
export interface Ending {
  /** Why the client gave up; absent: the person left. */
  error?: IpcError;
  /** Died of this signal. */
  signal?: NodeJS.Signals;
  /** What the person said, and the server never acknowledged. */
  unsaid: string[];
}

/** Round trips are looked up so often. */
const PULSE_MS = 1_000;
/** While a delay is counted down. */
const COUNTDOWN_MS = 100;
/** For a goodbye to come through. */
const GOODBYE_MS = 2_000;
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The chat on a terminal: from entering the other screen to leaving it. */
export class ScreenClient {
  readonly #options: ScreenOptions;
  readonly #painter: Painter;
  readonly #frames = new Frames(() => this.#draw());
  #state: State;
  #leaving = false;
  /** What was entered is obeyed in turn. */
  #turn = Promise.resolve();
  readonly #ended: Promise<Ending>;
  #end: (ending: Ending) => void = () => {};
  /** Once Ink is there. */
  #frameOf: typeof frameOf | undefined;

  constructor(options: ScreenOptions) {
    const { client, server, output } = options;
    this.#options = options;
    this.#painter = new Painter((text) => output.write(text));
    this.#state = newState(harmlessText(server), harmlessText(client.nick), sizeOf(output));
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    // Ink takes a moment to load, and what happens until then is seen as well.
    follow(client, this.#tell);
    client.on("closed", (error) => this.#finish(error === undefined ? {} : { error }));
  }

  /** Resolves when it is over, and the terminal is as it was. */
  async run(): Promise<Ending> {
    const { input, output } = this.#options;
    this.#frameOf = (await import("./frame.tsx")).frameOf;
    using terminal = new TerminalMode(input, output);
    terminal.enter();
    const stops = [readKeys(input, (key) => this.#press(key)), this.#watch(), this.#listen()];
    this.#frames.ask();
    const ending = await this.#ended;
    for (const stop of stops) stop();
    return ending;
  }

  readonly #tell = (event: ScreenEvent): void => {
    this.#state = reduce(this.#state, event, Date.now());
    this.#frames.ask();
  };

  #draw(): void {
    const { colored } = this.#options;
    const frame = this.#frameOf?.({ state: this.#state, now: Date.now(), colored });
    if (frame !== undefined) this.#painter.paint(frame);
  }

  #press(key: Key): void {
    const { text } = this.#state.typing.editor;
    if (key.name === "return" || key.name === "enter") this.#enter(text);
    else if (key.ctrl && (key.name === "c" || (key.name === "d" && text === ""))) this.#leave();
    else if (key.ctrl && key.name === "l") this.#redraw();
    else this.#tell({ type: "key", key });
  }

  #enter(text: string): void {
    this.#tell({ type: "entered" });
    if (text.trim() === "") return;
    const request = readTyped(text, undefined);
    if ("type" in request && request.type === "quit") this.#leave(request.reason);
    else this.#turn = this.#turn.then(() => this.#obey(text));
  }

  /** Resolves when the next line may be obeyed: whoever types on after /join speaks to that room. */
  async #obey(text: string): Promise<void> {
    const room = shownRoom(this.#state).name;
    const request = readTyped(text, room === "" ? undefined : room);
    const done = perform(request, { client: this.#options.client, state: this.#state, tell: this.#tell });
    if ("type" in request && (request.type === "join" || request.type === "leave")) await done;
  }

  /** Say goodbye, if there is somebody to say it to; whoever asks twice does not wait for that. */
  #leave(reason?: string): void {
    const { client } = this.#options;
    if (this.#leaving || client.state !== "online") {
      client.close();
      return;
    }
    this.#leaving = true;
    const patience = setTimeout(() => client.close(), GOODBYE_MS);
    client.quit(reason).finally(() => clearTimeout(patience));
  }

  /** Look at the time, as long as it means something, and at what the client measures. */
  #watch(): () => void {
    const pulse = setInterval(() => {
      const { roundTrips } = this.#options.client;
      if (roundTrips.count !== this.#state.roundTrips.count) this.#tell({ type: "pulse", roundTrips });
    }, PULSE_MS);
    const countdown = setInterval(() => {
      if (this.#state.link.state === "waiting") this.#frames.ask();
    }, COUNTDOWN_MS);
    return () => {
      clearInterval(pulse);
      clearInterval(countdown);
      this.#frames.stop();
    };
  }

  #listen(): () => void {
    const { client, input, output } = this.#options;
    const stop = (signal: NodeJS.Signals) => {
      this.#finish({ signal });
      client.close();
    };
    for (const signal of STOP_SIGNALS) process.on(signal, stop);
    output.on("resize", this.#redraw);
    // The terminal is gone, maybe before its SIGHUP came. There is nothing to restore, and Node aborts where it
    // tries to: this process ends as one that never heard of signals.
    const hangUp = () => {
      process.off("SIGHUP", stop);
      process.kill(process.pid, "SIGHUP");
    };
    // For good: the last thing that is written to it may be what fails.
    for (const stream of [input, output]) stream.on("error", hangUp);
    input.on("end", hangUp);
    return () => {
      for (const signal of STOP_SIGNALS) process.off(signal, stop);
      output.off("resize", this.#redraw);
    };
  }

  readonly #redraw = (): void => {
    this.#painter.forget();
    this.#tell({ type: "size", size: sizeOf(this.#options.output) });
  };

  /** It is over. What is under way now fails in a moment, and would not be seen any more. */
  #finish(why: Omit<Ending, "unsaid">): void {
    const { rooms, nowhere } = this.#state;
    const pending = [nowhere, ...rooms].flatMap((room) => room.pending);
    const unsaid = pending.filter(({ accepted }) => accepted === undefined);
    this.#end({ ...why, unsaid: unsaid.map(({ content }) => content.text) });
  }
}

/** A terminal that does not say how large it is has neither. */
function sizeOf({ columns, rows }: WriteStream): Size {
  return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}
